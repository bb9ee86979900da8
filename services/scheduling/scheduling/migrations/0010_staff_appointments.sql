-- What staff do with an appointment (R-33): cancel until it begins, say who came, take it back.

-- What a staff member gave as the reason, for staff's eyes: it is text about a person, and no
-- event carries it.
ALTER TABLE appointments ADD COLUMN staff_reason text;
-- `reason` goes out with every public fact (R-70): a word that code chose, never a sentence.
ALTER TABLE appointments ADD CONSTRAINT appointments_reason_is_a_word
    CHECK (reason ~ '^[a-z][a-z_-]{0,39}$');

-- A unit's day, for its list and its gauges.
CREATE INDEX agenda_days_of_unit ON agenda_days (unit, date);

-- R-27 and R-29, and at the counter: there a cancellation needs no anticipation, is allowed until
-- the appointment begins, and never sanctions (R-28). `until` is the last moment it is allowed.
CREATE OR REPLACE FUNCTION cancellation_preview(
    p_appointment appointments, p_own_channel boolean, p_now timestamptz
) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_zone text;
    v_local timestamp;
    v_policy policies;
    v_least interval;
    v_allowed boolean;
    v_this_week integer;
    v_rule text;
    v_until timestamptz;
BEGIN
    SELECT zone INTO STRICT v_zone FROM units WHERE code = p_appointment.unit;
    v_local := p_now AT TIME ZONE v_zone;
    v_policy := policy_on(v_local::date);
    v_least := make_interval(
        mins => CASE WHEN p_own_channel THEN v_policy.cancel_min_minutes ELSE 0 END);
    v_allowed := p_appointment.state = 'booked' AND p_appointment.starts_at - p_now >= v_least;
    -- date_trunc('week') begins on Monday, as ISO 8601 has it.
    SELECT count(*) INTO v_this_week FROM appointments
    WHERE family_id = p_appointment.family_id AND state = 'cancelled' AND by = 'affiliate'
        AND cancelled_channel IN ('web', 'mobile')
        AND cancelled_at >= date_trunc('week', v_local) AT TIME ZONE v_zone
        AND cancelled_at < (date_trunc('week', v_local) + interval '7 days') AT TIME ZONE v_zone;
    IF p_own_channel AND v_allowed THEN
        v_rule := CASE
            -- Exactly six hours before is still free.
            WHEN p_appointment.starts_at - p_now < make_interval(hours => v_policy.sanction_hours)
                THEN 'late'
            WHEN v_this_week + 1 >= v_policy.sanction_per_week THEN 'weekly'
        END;
    END IF;
    IF v_rule IS NOT NULL THEN
        -- The same clock time, so many calendar days later; a standing later end remains.
        v_until := greatest(
            (v_local + make_interval(days => v_policy.sanction_days)) AT TIME ZONE v_zone,
            sanctioned_until(p_appointment.family_id, p_now));
    END IF;
    RETURN jsonb_build_object(
        'allowed', v_allowed,
        'until', rfc3339_in(p_appointment.starts_at - v_least, v_zone),
        'would_sanction', v_rule IS NOT NULL,
        'rule', v_rule,
        'cancelled_this_week', v_this_week,
        'sanction_until', rfc3339_in(v_until, v_zone)
    );
END
$$;

-- R-33: people are marked as having come from the morning of their day on, before their hour too;
-- nobody missed an hour that has not come. Taking a mark back, 'booked', is always possible.
CREATE FUNCTION rule_attendance(p_appointment appointments, p_state text, p_now timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN p_appointment.state = 'cancelled' THEN jsonb_build_object('slug', 'already-cancelled')
        WHEN p_now < possible_at THEN jsonb_build_object(
            'slug', 'attendance-too-early', 'from', rfc3339_in(possible_at, zone))
    END
    FROM units CROSS JOIN LATERAL (
        SELECT CASE p_state
            WHEN 'attended' THEN p_appointment.date::timestamp AT TIME ZONE zone
            WHEN 'no_show' THEN p_appointment.starts_at
        END AS possible_at
    ) AS mark
    WHERE code = p_appointment.unit
$$;

-- An appointment as staff see it: who it is for, and what may be done with it now. The same rules
-- decide the acts.
CREATE FUNCTION staff_appointment_json(p_appointment appointments, p_now timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT appointment_json(p_appointment) || jsonb_build_object(
        'member', (
            SELECT jsonb_build_object(
                'id', p_appointment.member_id, 'family_id', p_appointment.family_id,
                'name', coalesce(display_name, ''), 'affiliation_number', affiliation_number,
                'birth_on', birth_on)
            FROM (SELECT) AS one LEFT JOIN member_descriptions
                ON member_id = p_appointment.member_id),
        'cancellation', cancellation_preview(p_appointment, false, p_now),
        'attendance', jsonb_build_object(
            'attended', p_appointment.state <> 'attended'
                AND rule_attendance(p_appointment, 'attended', p_now) IS NULL,
            'no_show', p_appointment.state <> 'no_show'
                AND rule_attendance(p_appointment, 'no_show', p_now) IS NULL,
            'undo', p_appointment.state IN ('attended', 'no_show')),
        'reason', p_appointment.staff_reason
    )
$$;

-- A family's sanctions of all time, for staff; the index of those that hold serves every booking.
CREATE INDEX sanctions_by_family ON sanctions (family_id, imposed_at, sanction_id);
