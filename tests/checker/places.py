"""B1 to B3 and B9: one person at a time, the web's quota, and places given back."""

from .run import Run

_HELD = "(SELECT * FROM appointments WHERE state <> 'cancelled') AS held"


async def b1(run: Run) -> list[str]:
    """A doctor receives one person at a time (R-23)."""
    return await run.offenders(f"""
        SELECT 'doctor ' || doctor_id || ' at ' || starts_at || ': ' || count(*)
        FROM {_HELD} GROUP BY doctor_id, starts_at HAVING count(*) > 1
        UNION ALL
        SELECT 'slot ' || slot_id || ': ' || count(*)
        FROM {_HELD} GROUP BY slot_id HAVING count(*) > 1
    """)


async def b2(run: Run) -> list[str]:
    """A member is in one place at a time (R-23)."""
    return await run.offenders(f"""
        SELECT 'member ' || held.member_id || ': ' || held.appointment_id || ' and '
            || other.appointment_id
        FROM {_HELD} JOIN appointments AS other ON other.member_id = held.member_id
            AND other.appointment_id > held.appointment_id AND other.state <> 'cancelled'
            AND other.starts_at < held.ends_at AND held.starts_at < other.ends_at
    """)


async def b3(run: Run) -> list[str]:
    """Web and mobile hold no more than the quota, and the counter says how many (R-24)."""
    return await run.offenders(f"""
        SELECT 'agenda ' || agenda_id || ': quota ' || web_quota || ', counter ' || web_used
            || ', held ' || coalesce(web_held, 0)
        FROM agenda_days LEFT JOIN (
            SELECT agenda_id, count(*) FILTER (WHERE web_place) AS web_held
            FROM {_HELD} GROUP BY agenda_id
        ) AS counted USING (agenda_id)
        WHERE web_used <> coalesce(web_held, 0) OR coalesce(web_held, 0) > web_quota
    """)


async def b9(run: Run) -> list[str]:
    """What is given back is free again, once: marks, counters and free slots agree (R-27)."""
    return await run.offenders(f"""
        SELECT 'slot ' || coalesce(slots.slot_id, held.slot_id) || ': marked '
            || coalesce(slots.appointment_id::text, 'free') || ', held by '
            || coalesce(held.appointment_id::text, 'nobody')
        FROM slots FULL JOIN {_HELD} ON held.slot_id = slots.slot_id
        WHERE slots.appointment_id IS DISTINCT FROM held.appointment_id
        UNION ALL
        SELECT 'agenda ' || agenda_id || ': places ' || places || ', counter ' || taken
            || ', held ' || coalesce(held_places, 0) || ', free ' || coalesce(free, 0)
        FROM agenda_days
        LEFT JOIN (SELECT agenda_id, count(*) AS held_places FROM {_HELD} GROUP BY agenda_id)
            AS counted USING (agenda_id)
        LEFT JOIN (SELECT agenda_id, count(*) FILTER (WHERE appointment_id IS NULL) AS free
                   FROM slots GROUP BY agenda_id) AS standing USING (agenda_id)
        WHERE taken <> coalesce(held_places, 0)
            OR (state = 'open' AND places - taken <> coalesce(free, 0))
    """)
