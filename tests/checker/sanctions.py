"""B8: a sanction for every trigger and for nothing else, as long as it must be, and it bites."""

from .run import Run

# Cancellations by web and mobile, each with its place in the family's ISO week and what it should
# have caused. `open` are those whose place another one within the slack could have taken.
_CANCELLATIONS = """
WITH cancelled AS (
    SELECT appointment_id, family_id, cancelled_at, policy.sanction_per_week AS per_week,
        date_trunc('week', cancelled_at AT TIME ZONE zone) AS week,
        ((cancelled_at AT TIME ZONE zone) + make_interval(days => policy.sanction_days))
            AT TIME ZONE zone AS until,
        starts_at - cancelled_at < make_interval(hours => policy.sanction_hours) AS late
    FROM appointments JOIN units ON code = unit
    CROSS JOIN LATERAL policy_on((cancelled_at AT TIME ZONE zone)::date) AS policy
    WHERE state = 'cancelled' AND by = 'affiliate' AND cancelled_channel IN ('web', 'mobile')
), placed AS (
    SELECT *, row_number() OVER in_week AS place,
        coalesce(cancelled_at - lag(cancelled_at) OVER in_week <= $1, false)
            OR coalesce(lead(cancelled_at) OVER in_week - cancelled_at <= $1, false) AS open
    FROM cancelled
    WINDOW in_week AS (PARTITION BY family_id, week ORDER BY cancelled_at, appointment_id)
), judged AS (
    SELECT *, CASE WHEN late THEN 'late' WHEN place >= per_week THEN 'weekly' END AS rule
    FROM placed
)
"""


async def b8(run: Run) -> list[str]:
    """A sanction exists exactly where R-28 says, covers its days, and no web booking is inside."""
    return [*await _triggers(run), *await _ends(run), *await _inside(run)]


async def _triggers(run: Run) -> list[str]:
    return await run.offenders(
        f"""
        {_CANCELLATIONS}
        SELECT 'appointment ' || coalesce(judged.appointment_id, imposed.appointment_id)
            || ': should cause ' || coalesce(judged.rule, 'nothing') || ', caused '
            || coalesce(imposed.rule, 'nothing')
        FROM judged FULL JOIN sanctions AS imposed USING (appointment_id)
        WHERE judged.rule IS DISTINCT FROM imposed.rule
            AND (judged.late OR NOT judged.open) IS NOT FALSE
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': ' || count(*) || ' sanctions'
        FROM sanctions GROUP BY appointment_id HAVING count(*) > 1
        UNION ALL
        SELECT 'family ' || family_id || ', week of ' || week::date || ': ' || weekly
            || ' weekly sanctions for ' || total || ' cancellations, ' || late || ' late'
        FROM (
            SELECT judged.family_id, week, min(per_week) AS per_week, count(*) AS total,
                count(*) FILTER (WHERE late) AS late,
                count(*) FILTER (WHERE imposed.rule = 'weekly') AS weekly
            FROM judged LEFT JOIN sanctions AS imposed USING (appointment_id)
            GROUP BY judged.family_id, week HAVING bool_or(open)
        ) AS weeks
        WHERE weekly NOT BETWEEN total - (per_week - 1) - late
            AND least(total - late, greatest(total - (per_week - 1), 0))
        """,
        run.slack,
    )


async def _ends(run: Run) -> list[str]:
    """The same clock time so many days later, or the later end that stood already."""
    return await run.offenders(
        f"""
        {_CANCELLATIONS}
        SELECT 'sanction ' || imposed.sanction_id || ': ends ' || imposed.until || ', not '
            || judged.until
        FROM judged JOIN sanctions AS imposed USING (appointment_id)
        WHERE imposed.until <> judged.until AND NOT EXISTS (
            SELECT FROM sanctions AS other
            WHERE other.family_id = imposed.family_id AND other.until = imposed.until
                AND other.sanction_id <> imposed.sanction_id AND imposed.until > judged.until
                AND other.imposed_at <= imposed.imposed_at + $1)
        """,
        run.slack,
    )


async def _inside(run: Run) -> list[str]:
    return await run.offenders(
        """
        SELECT 'appointment ' || booked.appointment_id || ': booked inside sanction ' || sanction_id
        FROM sanctions JOIN appointments AS booked USING (family_id)
        WHERE channel IN ('web', 'mobile') AND booked_at > imposed_at + $1
            AND booked_at < least(until, coalesce(lifted_at - $1, 'infinity'))
        """,
        run.slack,
    )
