-- The rules of booking, one small function each; the list of services, the cancellation preview
-- and the acts all call them. A rule returns NULL when it has no objection, else
-- {slug, ...members of the problem}. Zones are the unit's, `p_now` is always given.

CREATE FUNCTION policy_on(p_day date) RETURNS policies LANGUAGE sql STABLE AS $$
    SELECT policies FROM policies
    ORDER BY effective_from <= p_day DESC,
             abs(effective_from - p_day)
    LIMIT 1
$$;

-- R-34: coverage is judged on the day of the appointment, and today for the holder (R-20).
CREATE FUNCTION rule_coverage(p_member members, p_day date, p_today date, p_own_channel boolean)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN p_day < p_member.valid_from OR p_day > coalesce(p_member.valid_to, 'infinity')
            THEN jsonb_build_object('slug', 'not-covered', 'covered_until', p_member.valid_to)
        WHEN p_own_channel AND NOT EXISTS (
            SELECT FROM members
            WHERE family_id = p_member.family_id AND holder
                AND p_today BETWEEN valid_from AND coalesce(valid_to, 'infinity')
        ) THEN jsonb_build_object('slug', 'not-covered', 'holder', true)
    END
$$;

-- The member's referral that a booking of this service would use: the one that ends first.
CREATE FUNCTION usable_referral(p_member_id uuid, p_service text, p_day date)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT referral_id FROM referral_descriptions JOIN referrals USING (referral_id)
    WHERE member_id = p_member_id AND service = p_service AND state = 'issued'
        AND valid_to >= p_day
        AND NOT EXISTS (SELECT FROM referral_uses AS used
                        WHERE used.referral_id = referrals.referral_id)
    ORDER BY valid_to, referral_id LIMIT 1
$$;

-- R-22: a service that needs a referral is open to a member who has one that can still be used.
CREATE FUNCTION rule_referral(p_member_id uuid, p_service text, p_day date)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('slug', 'referral-required', 'service', p_service)
    FROM services
    WHERE code = p_service AND needs_referral
        AND usable_referral(p_member_id, p_service, p_day) IS NULL
$$;

-- R-28: a sanction blocks the web and mobile channels only.
CREATE FUNCTION sanctioned_until(p_family_id uuid, p_now timestamptz)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT max(until) FROM sanctions
    WHERE family_id = p_family_id AND lifted_at IS NULL AND until > p_now
$$;

CREATE FUNCTION rule_sanction(p_family_id uuid, p_own_channel boolean, p_now timestamptz, p_zone text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('slug', 'sanctioned', 'until', rfc3339_in(until, p_zone))
    FROM (SELECT sanctioned_until(p_family_id, p_now) AS until) AS sanction
    WHERE p_own_channel AND until IS NOT NULL
$$;

-- R-25: not past, not sooner than the lead time, not beyond the horizon, on an open day.
CREATE FUNCTION rule_slot(
    p_starts_at timestamptz, p_day date, p_state text, p_policy policies,
    p_own_channel boolean, p_now timestamptz, p_today date
) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_state <> 'open'
            THEN jsonb_build_object('slug', 'slot-unavailable', 'why', 'closed')
        WHEN p_starts_at <= p_now
            THEN jsonb_build_object('slug', 'slot-unavailable', 'why', 'past')
        WHEN p_own_channel
            AND p_starts_at < p_now + make_interval(mins => p_policy.lead_minutes)
            THEN jsonb_build_object('slug', 'slot-unavailable', 'why', 'lead',
                                    'minutes', p_policy.lead_minutes)
        WHEN p_day > p_today + p_policy.horizon_days
            THEN jsonb_build_object('slug', 'slot-unavailable', 'why', 'horizon',
                                    'days', p_policy.horizon_days)
    END
$$;

-- R-25: the limits of a member, over appointments not cancelled, by the day they take place. A
-- window of n days is any n consecutive days; `until` is the first day that would be possible.
CREATE FUNCTION rule_limits(p_member_id uuid, p_day date, p_policy policies, p_now timestamptz)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_active integer;
    v_first_end date;
    v_days date[];
    v_limit record;
    v_free_on date;
BEGIN
    SELECT count(*), min(date) INTO v_active, v_first_end FROM appointments
    WHERE member_id = p_member_id AND state = 'booked' AND starts_at > p_now;
    IF v_active >= p_policy.max_active THEN
        RETURN jsonb_build_object('slug', 'limit-reached', 'limit', 'max_active',
                                  'allowed', p_policy.max_active, 'until', v_first_end);
    END IF;
    SELECT array_agg(date) INTO v_days FROM appointments
    WHERE member_id = p_member_id AND state <> 'cancelled'
        AND date BETWEEN p_day - 29 AND p_day + 29;
    FOR v_limit IN
        SELECT * FROM (VALUES
            ('max_per_day', 1, p_policy.max_per_day),
            ('max_per_7_days', 7, p_policy.max_per_7_days),
            ('max_per_30_days', 30, p_policy.max_per_30_days)
        ) AS limits (name, days, allowed)
    LOOP
        SELECT max(full_window.first_day) + v_limit.days INTO v_free_on
        FROM (
            SELECT min(day) AS first_day
            FROM generate_series(0, v_limit.days - 1) AS back
            JOIN unnest(v_days) AS day
                ON day BETWEEN p_day - back AND p_day - back + v_limit.days - 1
            GROUP BY back
            HAVING count(*) >= v_limit.allowed
        ) AS full_window;
        IF v_free_on IS NOT NULL THEN
            RETURN jsonb_build_object('slug', 'limit-reached', 'limit', v_limit.name,
                                      'allowed', v_limit.allowed, 'until', v_free_on);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
