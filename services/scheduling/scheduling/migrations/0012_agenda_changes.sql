-- Agendas that change under what is booked (R-31): weeks of several blocks, hours that leave.

-- A week is made of blocks: other hours on other weekdays, or two shifts in one day.
ALTER TABLE templates ADD COLUMN block integer NOT NULL DEFAULT 1 CHECK (block >= 1);
ALTER TABLE templates DROP CONSTRAINT templates_pkey;
ALTER TABLE templates ADD PRIMARY KEY (doctor_id, service, block);

-- The quota that the week gave when the day was last published: publishing again changes the
-- day's quota only if the week's changed, and leaves one that was set for this day alone.
ALTER TABLE agenda_days ADD COLUMN published_quota integer;
UPDATE agenda_days SET published_quota = web_quota;

-- A booked slot that the hours no longer hold: it stays while it is booked, and is nobody's after.
ALTER TABLE slots ADD COLUMN leaving boolean NOT NULL DEFAULT false;
CREATE INDEX slots_leaving ON slots (agenda_id) WHERE leaving;

CREATE FUNCTION remove_left_slots() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_removed integer;
BEGIN
    DELETE FROM slots WHERE agenda_id = NEW.agenda_id AND leaving AND appointment_id IS NULL;
    GET DIAGNOSTICS v_removed = ROW_COUNT;
    NEW.places := NEW.places - v_removed;
    RETURN NEW;
END
$$;

-- Whoever gives a place back says so here, last of all: cancelling, moving, withdrawing.
CREATE TRIGGER remove_left_slots BEFORE UPDATE OF taken ON agenda_days
    FOR EACH ROW WHEN (NEW.taken <= OLD.taken) EXECUTE FUNCTION remove_left_slots();

-- A slot that the hours no longer hold can go although somebody once had it and cancelled: instead
-- of the foreign key, whoever takes a slot holds its row, before the unique index is asked.
ALTER TABLE appointments DROP CONSTRAINT appointments_slot_id_fkey;

CREATE FUNCTION hold_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM slots WHERE slot_id = NEW.slot_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM refuse('{"slug": "slot-unavailable", "why": "closed"}');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER hold_slot BEFORE INSERT OR UPDATE OF slot_id ON appointments
    FOR EACH ROW EXECUTE FUNCTION hold_slot();

CREATE FUNCTION keep_booked_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a booked slot is not deleted' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER keep_booked_slot BEFORE DELETE ON slots
    FOR EACH ROW WHEN (OLD.appointment_id IS NOT NULL) EXECUTE FUNCTION keep_booked_slot();
