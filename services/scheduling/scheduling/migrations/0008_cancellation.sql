-- Cancelling (R-27 to R-29): the preview before the click and the act ask the same function.

-- {allowed, until, would_sanction, rule, cancelled_this_week, sanction_until}; only what is
-- cancelled by web or mobile counts and sanctions.
CREATE FUNCTION cancellation_preview(
    p_appointment appointments, p_own_channel boolean, p_now timestamptz
) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_zone text;
    v_local timestamp;
    v_policy policies;
    v_allowed boolean;
    v_this_week integer;
    v_rule text;
    v_until timestamptz;
BEGIN
    SELECT zone INTO STRICT v_zone FROM units WHERE code = p_appointment.unit;
    v_local := p_now AT TIME ZONE v_zone;
    v_policy := policy_on(v_local::date);
    v_allowed := p_appointment.state = 'booked' AND
        p_appointment.starts_at - p_now >= make_interval(mins => v_policy.cancel_min_minutes);
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
        'until', rfc3339_in(p_appointment.starts_at
            - make_interval(mins => v_policy.cancel_min_minutes), v_zone),
        'would_sanction', v_rule IS NOT NULL,
        'rule', v_rule,
        'cancelled_this_week', v_this_week,
        'sanction_until', rfc3339_in(v_until, v_zone)
    );
END
$$;
