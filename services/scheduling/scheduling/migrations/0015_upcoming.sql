-- What is still to come, for the list that everybody opens: as small at five million appointments
-- as at a hundred thousand, and so in memory, where the index of all history is not.

CREATE INDEX appointments_upcoming_of_family
    ON appointments (family_id, starts_at, appointment_id) WHERE state = 'booked';
