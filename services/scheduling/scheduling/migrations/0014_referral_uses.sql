-- A referral is held by the appointment that was booked with it (R-46), for as long as that one
-- stands: cancelling frees it, and so does not coming. clinical-records tells when it was used.

ALTER TABLE referral_uses
    DROP CONSTRAINT referral_uses_pkey,
    ADD COLUMN holds boolean NOT NULL DEFAULT true;

-- A referral opens exactly one appointment at a time, whoever writes.
CREATE UNIQUE INDEX referral_uses_one_appointment ON referral_uses (referral_id) WHERE holds;

CREATE OR REPLACE FUNCTION usable_referral(p_member_id uuid, p_service text, p_day date)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT referral_id FROM referral_descriptions JOIN referrals USING (referral_id)
    WHERE member_id = p_member_id AND service = p_service AND state = 'issued'
        AND valid_to >= p_day
        AND NOT EXISTS (SELECT FROM referral_uses AS used
                        WHERE used.referral_id = referrals.referral_id AND used.holds)
    ORDER BY valid_to, referral_id LIMIT 1
$$;

-- Follows the appointment's state, whichever use case changed it. Undoing a no-show takes the
-- referral back only where no other appointment has been booked with it since.
CREATE FUNCTION referral_follows_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE referral_uses AS mine SET holds = NEW.state IN ('booked', 'attended')
    WHERE appointment_id = NEW.appointment_id
        AND NOT EXISTS (SELECT FROM referral_uses AS other
                        WHERE other.referral_id = mine.referral_id AND other.holds
                            AND other.appointment_id <> mine.appointment_id);
    RETURN NULL;
END
$$;

CREATE TRIGGER referral_follows_appointment AFTER UPDATE OF state ON appointments
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION referral_follows_appointment();
