-- The timed hand-over of unused web places to the counter, and back (R-24).

-- 0 is never. At most the first so many minutes before a time, and still more than the second, the
-- time is the counter's: the web finds its quota exhausted there.
ALTER TABLE policies
    ADD COLUMN web_handover_minutes integer NOT NULL DEFAULT 0,
    ADD COLUMN web_handback_minutes integer NOT NULL DEFAULT 0;

-- The starting times that are with the counter now. It is the clock's alone to tell: nothing is
-- stored, no job runs, and a place that is freed is the counter's or the web's by its hour.
CREATE FUNCTION counter_times(p_policy policies, p_now timestamptz) RETURNS tstzrange
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_policy.web_handover_minutes > p_policy.web_handback_minutes THEN tstzrange(
            p_now + make_interval(mins => p_policy.web_handback_minutes),
            p_now + make_interval(mins => p_policy.web_handover_minutes), '(]')
        ELSE 'empty'
    END
$$;

-- How a day stands: what is free of it for anybody, and what of that the web may take, which is
-- never more than its quota leaves and no time that is with the counter.
CREATE FUNCTION day_gauge(p_day agenda_days, p_policy policies, p_now timestamptz)
RETURNS TABLE (free bigint, web_left bigint) LANGUAGE sql STABLE AS $$
    SELECT count(*), least(p_day.web_quota - p_day.web_used, count(*) FILTER (
        WHERE starts_at >= p_now + make_interval(mins => p_policy.lead_minutes)
            AND NOT starts_at <@ counter_times(p_policy, p_now)))
    FROM slots
    WHERE agenda_id = p_day.agenda_id AND appointment_id IS NULL AND starts_at > p_now
        AND p_day.state = 'open'
$$;

-- As before, but for the hand-over in step 6.

-- Books a slot for a member and returns the answer as JSON text, stored with the key and sent
-- unchanged; a repeat with the same key returns the stored text.
-- Locks in this order: key, family, (appointment), agenda_days.
CREATE OR REPLACE FUNCTION book_appointment(
    p_account_id uuid, p_operation text, p_key text, p_digest bytea,
    p_family_id uuid, p_member_id uuid, p_slot_id uuid,
    p_channel text, p_by text,
    p_appointment_id uuid, p_folio text, p_booked_event uuid, p_described_event uuid,
    p_traceparent text, p_now timestamptz
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_stored idempotency_keys;
    v_own_channel boolean := p_channel IN ('web', 'mobile');
    v_refusal jsonb;
    v_appointment appointments;
    v_answer text;
    v_with_counter boolean;
BEGIN
    -- 1. The key. A twin waits here for the first to commit or to leave nothing.
    INSERT INTO idempotency_keys (account_id, operation, key, digest)
    VALUES (p_account_id, p_operation, p_key, p_digest)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO v_stored FROM idempotency_keys
        WHERE account_id = p_account_id AND operation = p_operation AND key = p_key;
        IF v_stored.body IS NULL THEN
            PERFORM refuse('{"slug": "still-running"}');
        ELSIF v_stored.digest <> p_digest THEN
            PERFORM refuse('{"slug": "idempotency-key-reused"}');
        END IF;
        RETURN v_stored.body;
    END IF;

    -- 2. The family: limits, overlaps and sanctions are counted by one writer at a time.
    PERFORM FROM families WHERE family_id = p_family_id FOR UPDATE;

    -- 3. The rules.
    v_refusal := booking_refusal(p_family_id, p_member_id, p_slot_id, v_own_channel, p_now);
    IF v_refusal IS NOT NULL THEN
        PERFORM refuse(v_refusal);
    END IF;

    -- 4. The appointment. The unique index and the exclusion constraint decide, not a look before.
    INSERT INTO appointments (
        appointment_id, folio, slot_id, agenda_id, member_id, family_id, doctor_id, service, unit,
        date, starts_at, ends_at, channel, web_place, by, account_id, booked_at
    )
    SELECT p_appointment_id, p_folio, slot_id, agenda_id, p_member_id, p_family_id, doctor_id,
        service, unit, date, starts_at, ends_at, p_channel, v_own_channel, p_by, p_account_id, p_now
    FROM slots WHERE slot_id = p_slot_id
    ON CONFLICT DO NOTHING
    RETURNING * INTO v_appointment;
    IF NOT FOUND THEN
        PERFORM refuse(jsonb_build_object('slug', CASE WHEN EXISTS (
            SELECT FROM slots JOIN appointments USING (doctor_id, starts_at)
            WHERE slots.slot_id = p_slot_id AND state <> 'cancelled'
        ) THEN 'slot-taken' ELSE 'member-busy' END));
    END IF;
    UPDATE slots SET appointment_id = p_appointment_id WHERE slot_id = p_slot_id;
    INSERT INTO referral_uses (referral_id, appointment_id)
    SELECT usable_referral(p_member_id, code, v_appointment.date), p_appointment_id
    FROM services WHERE code = v_appointment.service AND needs_referral;

    -- 5. The facts, public and private, and the answer.
    PERFORM add_event(p_booked_event, 'sisa.events', 'scheduling.appointment.booked',
        p_appointment_id, 1, p_traceparent, p_now, appointment_fact(v_appointment));
    PERFORM add_event(p_described_event, 'sisa.private', 'scheduling.appointment.described',
        p_appointment_id, 1, p_traceparent, p_now, appointment_description(v_appointment));
    v_answer := appointment_json(v_appointment)::text;
    UPDATE idempotency_keys SET status = 201, body = v_answer
    WHERE account_id = p_account_id AND operation = p_operation AND key = p_key;

    -- 6. The hot counter, last: it is held for the time of the commit alone. Web and mobile take
    -- one of the web's places, and none at a time that is with the counter.
    SELECT v_own_channel AND v_appointment.starts_at <@ counter_times(
            policy_on((p_now AT TIME ZONE zone)::date), p_now)
        INTO STRICT v_with_counter FROM units WHERE code = v_appointment.unit;
    UPDATE agenda_days SET taken = taken + 1, web_used = web_used + v_own_channel::integer
    WHERE agenda_id = v_appointment.agenda_id AND state = 'open'
        AND (NOT v_own_channel OR (web_used < web_quota AND NOT v_with_counter));
    IF NOT FOUND THEN
        PERFORM refuse(jsonb_build_object('slug', CASE state
            WHEN 'open' THEN 'web-quota-exhausted' ELSE 'slot-unavailable' END))
        FROM agenda_days WHERE agenda_id = v_appointment.agenda_id;
    END IF;
    RETURN v_answer;
END
$$;
