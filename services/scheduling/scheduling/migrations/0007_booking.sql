-- Booking is one statement (decision 2).

-- Every rule that needs no write, in the order in which refusals are told; NULL means bookable.
CREATE FUNCTION booking_refusal(
    p_family_id uuid, p_member_id uuid, p_slot_id uuid, p_own_channel boolean, p_now timestamptz
) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_member members;
    v_slot slots;
    v_zone text;
    v_state text;
    v_today date;
    v_policy policies;
BEGIN
    SELECT * INTO v_member FROM members
    WHERE member_id = p_member_id AND family_id = p_family_id;
    IF NOT FOUND THEN
        RETURN jsonb_build_object('slug', 'not-found');
    END IF;
    SELECT * INTO v_slot FROM slots WHERE slot_id = p_slot_id;
    IF NOT FOUND THEN
        RETURN jsonb_build_object('slug', 'not-found');
    END IF;
    SELECT zone INTO STRICT v_zone FROM units WHERE code = v_slot.unit;
    SELECT state INTO STRICT v_state FROM agenda_days WHERE agenda_id = v_slot.agenda_id;
    v_today := (p_now AT TIME ZONE v_zone)::date;
    v_policy := policy_on(v_today);
    RETURN coalesce(
        rule_coverage(v_member, v_slot.date, v_today, p_own_channel),
        CASE WHEN v_member.home_unit <> v_slot.unit
            THEN jsonb_build_object('slug', 'not-home-unit') END,
        rule_referral(p_member_id, v_slot.service, v_slot.date),
        rule_sanction(p_family_id, p_own_channel, p_now, v_zone),
        rule_slot(v_slot.starts_at, v_slot.date, v_state, v_policy, p_own_channel, p_now, v_today),
        rule_limits(p_member_id, v_slot.date, v_policy, p_now)
    );
END
$$;

CREATE FUNCTION refuse(p_refusal jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- SQLSTATE SR001 is ours: the slug is the message, the problem's members the detail. Nothing
    -- of the transaction stays, the idempotency key neither.
    RAISE EXCEPTION USING ERRCODE = 'SR001',
        MESSAGE = p_refusal ->> 'slug', DETAIL = (p_refusal - 'slug')::text;
END
$$;

-- Books a slot for a member and returns the answer as JSON text, stored with the key and sent
-- unchanged; a repeat with the same key returns the stored text.
-- Locks in this order: key, family, (appointment), agenda_days.
CREATE FUNCTION book_appointment(
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

    -- 6. The hot counter, last: it is held for the time of the commit alone.
    UPDATE agenda_days SET taken = taken + 1, web_used = web_used + v_own_channel::integer
    WHERE agenda_id = v_appointment.agenda_id AND state = 'open'
        AND (NOT v_own_channel OR web_used < web_quota);
    IF NOT FOUND THEN
        PERFORM refuse(jsonb_build_object('slug', CASE state
            WHEN 'open' THEN 'web-quota-exhausted' ELSE 'slot-unavailable' END))
        FROM agenda_days WHERE agenda_id = v_appointment.agenda_id;
    END IF;
    RETURN v_answer;
END
$$;
