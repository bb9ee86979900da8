"""Ways to break scheduling's books on purpose: a guard removed, and then what it prevented.

Each begins with the invariant that must find it. They are written for a run with three appointments
of one family on one day, a specialty, a late cancellation and another family's appointment.
"""

BROKEN: dict[str, str] = {
    "B1 two at one time": """
        DROP INDEX appointments_one_per_doctor_and_time;
        UPDATE appointments AS other
        SET doctor_id = first.doctor_id, starts_at = first.starts_at, ends_at = first.ends_at
        FROM (SELECT * FROM appointments WHERE state = 'booked' LIMIT 1) AS first
        WHERE other.family_id <> first.family_id
    """,
    "B2 a member in two places": """
        ALTER TABLE appointments DROP CONSTRAINT appointments_no_overlap_per_member;
        UPDATE appointments SET ends_at = ends_at + interval '1 hour',
            member_id = (SELECT member_id FROM members WHERE holder LIMIT 1)
        WHERE state = 'booked'
    """,
    "B3 more than the quota": """
        ALTER TABLE agenda_days DROP CONSTRAINT agenda_days_check1;
        UPDATE agenda_days SET web_quota = 1
    """,
    "B3 a counter that lies": "UPDATE agenda_days SET web_used = 0",
    "B4 a booking that is gone": """
        DELETE FROM idempotency_keys;
        DELETE FROM referral_uses;
        DELETE FROM outbox;
        UPDATE slots SET appointment_id = NULL;
        DELETE FROM appointments WHERE state = 'booked';
        UPDATE agenda_days SET taken = 0, web_used = 0
    """,
    "B4 a booking at another time": """
        DROP TRIGGER hold_slot ON appointments;
        UPDATE slots SET appointment_id = NULL;
        UPDATE appointments SET slot_id = gen_random_uuid() WHERE state = 'booked'
    """,
    "B4 a booking for another member": """
        UPDATE appointments SET member_id = gen_random_uuid() WHERE state = 'booked'
    """,
    "B5 a key for an appointment that is not": """
        UPDATE idempotency_keys
        SET body = jsonb_set(body::jsonb, '{id}', to_jsonb(gen_random_uuid()))::text
        WHERE status = 201
    """,
    "B5 two keys for one appointment": """
        INSERT INTO idempotency_keys (account_id, operation, key, digest, status, body)
        SELECT account_id, operation, key || '2', digest, status, body FROM idempotency_keys
    """,
    "B5 another answer than the first": """
        UPDATE idempotency_keys SET body = body || ' ' WHERE status = 201
    """,
    "B6 a slot that was never published": """
        UPDATE slots
        SET starts_at = starts_at + interval '5 min', ends_at = ends_at + interval '5 min'
    """,
    "B6 booked when it had begun": "UPDATE appointments SET booked_at = starts_at",
    "B6 not covered": "UPDATE members SET valid_to = '2031-03-02'",
    "B6 of another unit": """
        UPDATE members SET home_unit = (SELECT max(code) FROM units WHERE code <> home_unit)
    """,
    "B6 of another family": "UPDATE appointments SET family_id = gen_random_uuid()",
    "B6 of nobody": "DELETE FROM members WHERE NOT holder",
    "B6 a specialty without referral": "DELETE FROM referral_uses",
    "B6 a referral used twice": """
        DROP INDEX referral_uses_one_appointment;
        INSERT INTO referral_uses (referral_id, appointment_id)
        SELECT referral_id, other.appointment_id FROM referral_uses, appointments AS other
        WHERE service <> 'ginecologia' AND state = 'booked' LIMIT 1
    """,
    "B7 cancelled in the last minutes": """
        UPDATE appointments SET cancelled_at = starts_at - interval '14 min 59 s'
        WHERE state = 'cancelled'
    """,
    "B7 cancelled by the counter after it began": """
        UPDATE appointments SET by = 'staff', cancelled_at = starts_at + interval '1 s'
        WHERE state = 'cancelled'
    """,
    "B7 cancelled and then not": """
        INSERT INTO outbox (event_id, exchange, routing_key, body)
        SELECT gen_random_uuid(), exchange, 'scheduling.appointment.attended',
            replace(replace(body, '0000000002', '0000000003'), '"cancelled"', '"attended"')
        FROM outbox WHERE routing_key = 'scheduling.appointment.cancelled';
        UPDATE appointments SET version = 3, state = 'attended', cancelled_at = NULL
        WHERE state = 'cancelled'
    """,
    "B7 a version told twice": """
        INSERT INTO outbox (event_id, exchange, routing_key, body)
        SELECT gen_random_uuid(), exchange, routing_key, body FROM outbox
    """,
    "B7 a fact that nothing bears out": """
        UPDATE appointments SET state = 'attended' WHERE state = 'booked'
    """,
    "B8 a late one goes free": "DELETE FROM sanctions",
    "B8 a sanction for nothing": """
        INSERT INTO sanctions (sanction_id, family_id, appointment_id, rule, until, imposed_at)
        SELECT gen_random_uuid(), family_id, appointment_id, 'late',
            booked_at + interval '30 days', booked_at
        FROM appointments WHERE state = 'booked' LIMIT 1
    """,
    "B8 by another rule": "UPDATE sanctions SET rule = 'weekly'",
    "B8 two for one": """
        ALTER TABLE sanctions DROP CONSTRAINT sanctions_appointment_id_key;
        INSERT INTO sanctions (sanction_id, family_id, appointment_id, rule, until, imposed_at)
        SELECT gen_random_uuid(), family_id, appointment_id, rule, until, imposed_at FROM sanctions
    """,
    "B8 too short": "UPDATE sanctions SET until = until - interval '1 second'",
    "B8 too long": "UPDATE sanctions SET until = until + interval '1 second'",
    "B8 a booking inside": """
        UPDATE appointments SET booked_at = booked_at + interval '1 second' WHERE state = 'booked'
    """,
    "B9 a slot that stays taken": """
        UPDATE slots SET appointment_id = given_back.appointment_id
        FROM (SELECT * FROM appointments WHERE state = 'cancelled') AS given_back
        WHERE slots.slot_id = given_back.slot_id
    """,
    "B9 a slot that is free and held": "UPDATE slots SET appointment_id = NULL",
    "B9 a place given back twice": "UPDATE agenda_days SET taken = taken - 1 WHERE taken > 0",
    "B9 a slot that vanished": "DELETE FROM slots WHERE appointment_id IS NULL",
}
