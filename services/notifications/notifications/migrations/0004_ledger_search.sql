-- What staff look mails up by (R-52): account, family, folio, address.

-- Staff at a desk see the mails of families that have somebody in their unit.
ALTER TABLE members ADD COLUMN home_unit text;
CREATE INDEX members_by_family ON members (family_id);

CREATE INDEX mails_by_account ON mails (account_id, created_at) WHERE account_id IS NOT NULL;
CREATE INDEX mails_by_family ON mails (family_id, created_at) WHERE family_id IS NOT NULL;
CREATE INDEX mails_by_member ON mails (member_id, created_at) WHERE member_id IS NOT NULL;
CREATE INDEX mails_by_age ON mails (created_at, mail_id);
CREATE INDEX addresses_by_email ON addresses (lower(email));

-- The last 60 bits of an id in hexadecimal: what its folio writes in base 32.
CREATE FUNCTION folio_bits(id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN right(replace(id::text, '-', ''), 15);

CREATE INDEX appointments_by_folio ON appointments (folio_bits(appointment_id));
CREATE INDEX contact_messages_by_folio ON contact_messages (folio_bits(contact_id));
