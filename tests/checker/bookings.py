"""B6 and B7: what stands could be booked, and every appointment's life is one that is allowed."""

from .run import Run


async def b6(run: Run) -> list[str]:
    """What stands has a published slot, began after it was booked, for a covered member.

    Coverage is judged where what is known of the member was known when booking (R-34), a specialty
    by the referral that the booking took (R-46).
    """
    return await run.offenders("""
        SELECT 'appointment ' || held.appointment_id || ': not its slot' FROM appointments AS held
        LEFT JOIN slots USING (slot_id)
        LEFT JOIN agenda_days AS day ON day.agenda_id = held.agenda_id
        WHERE held.state <> 'cancelled' AND (
            slots.agenda_id, slots.doctor_id, slots.service, slots.unit, slots.date,
            slots.starts_at, slots.ends_at, day.doctor_id, day.service, day.unit, day.date
        ) IS DISTINCT FROM (
            held.agenda_id, held.doctor_id, held.service, held.unit, held.date,
            held.starts_at, held.ends_at, held.doctor_id, held.service, held.unit, held.date)
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': booked after it began' FROM appointments
        WHERE booked_at >= starts_at
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': not of this family, unit or coverage'
        FROM appointments JOIN members USING (member_id)
        WHERE state <> 'cancelled' AND as_of <= booked_at AND (
            members.family_id <> appointments.family_id OR home_unit <> unit
            OR date NOT BETWEEN valid_from AND coalesce(valid_to, 'infinity'))
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': of nobody we know'
        FROM appointments WHERE member_id NOT IN (SELECT member_id FROM members)
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': a specialty without a referral'
        FROM appointments JOIN services ON code = service
        WHERE needs_referral AND state IN ('booked', 'attended')
            AND appointment_id NOT IN (SELECT appointment_id FROM referral_uses)
        UNION ALL
        SELECT 'referral ' || referral_id || ': ' || count(*) || ' appointments'
        FROM referral_uses JOIN appointments USING (appointment_id)
        WHERE holds AND state IN ('booked', 'attended')
        GROUP BY referral_id HAVING count(*) > 1
    """)


async def b7(run: Run) -> list[str]:
    """Cancelled is the end, in time; the facts that still wait tell the same life (R-27)."""
    return await run.offenders("""
        WITH told AS (
            SELECT (body::jsonb ->> 'subject')::uuid AS appointment_id,
                (body::jsonb ->> 'sequence')::integer AS sequence,
                body::jsonb -> 'data' ->> 'state' AS state,
                lag((body::jsonb -> 'data' ->> 'state')) OVER life AS before,
                lag((body::jsonb ->> 'sequence')::integer) OVER life AS sequence_before
            FROM outbox WHERE routing_key LIKE 'scheduling.appointment.%'
                AND exchange = 'sisa.events'
            WINDOW life AS (PARTITION BY body::jsonb ->> 'subject' ORDER BY position)
        )
        SELECT 'appointment ' || appointment_id || ': cancelled too late' FROM appointments
        JOIN units ON code = unit
        CROSS JOIN LATERAL policy_on((cancelled_at AT TIME ZONE zone)::date) AS policy
        WHERE state = 'cancelled' AND CASE
            WHEN by = 'affiliate' AND cancelled_channel IN ('web', 'mobile')
                THEN starts_at - cancelled_at < make_interval(mins => cancel_min_minutes)
            ELSE starts_at < cancelled_at END
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': state and cancellation disagree'
        FROM appointments WHERE (state = 'cancelled') <> (cancelled_at IS NOT NULL)
            OR state NOT IN ('booked', 'cancelled', 'attended', 'no_show')
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': cancelled, then ' || state FROM told
        WHERE before = 'cancelled'
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': version ' || sequence || ' after '
            || sequence_before
        FROM told WHERE sequence <= sequence_before
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': told as version ' || sequence || ', is '
            || coalesce(version::text, 'no row')
        FROM told LEFT JOIN appointments USING (appointment_id)
        WHERE version IS NULL OR sequence > version
            OR (sequence = version AND told.state <> appointments.state)
    """)
