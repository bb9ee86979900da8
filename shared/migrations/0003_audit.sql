-- Who did what on whom: rows that are only ever added, and the chain that gives them away if not.

CREATE TABLE audit (
    audit_id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    -- Null when an operator's command acted.
    actor_id uuid,
    role text NOT NULL,
    unit text,
    operation text NOT NULL,
    subjects uuid[] NOT NULL,
    -- `done`, or the slug of the refusal.
    outcome text NOT NULL,
    reason text
);

CREATE INDEX audit_by_time ON audit (at, audit_id);
CREATE INDEX audit_by_actor ON audit (actor_id, at, audit_id);
CREATE INDEX audit_by_subject ON audit USING gin (subjects);

-- The chain: a row's place, and SHA-256 of the digest before and the row's canonical bytes. It
-- refers to no row by a constraint: that a row is gone must show, not be forbidden.
CREATE TABLE audit_links (
    number bigint PRIMARY KEY,
    audit_id uuid NOT NULL UNIQUE,
    digest bytea NOT NULL
);

-- Rows that wait to be linked, so that the job needn't search for them.
CREATE TABLE audit_unlinked (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    audit_id uuid NOT NULL
);

CREATE FUNCTION audit_await_link() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO audit_unlinked (audit_id) VALUES (NEW.audit_id);
    RETURN NULL;
END $$;

CREATE TRIGGER audit_await_link AFTER INSERT ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_await_link();

-- A field with its length in bytes before it (`3:abc,`), null as `-,`: no two rows read the same.
CREATE FUNCTION audit_field(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(octet_length(value) || ':' || value, '-') || ',';

-- The canonical bytes of a row in its place; shared/audit_chain.py writes the same.
CREATE FUNCTION audit_bytes(number bigint, act audit) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN convert_to(
        audit_field(number::text)
        || audit_field(act.audit_id::text)
        || audit_field(rfc3339(act.at))
        || audit_field(act.actor_id::text)
        || audit_field(act.role)
        || audit_field(act.unit)
        || audit_field(act.operation)
        || audit_field(array_to_string(act.subjects, ' '))
        || audit_field(act.outcome)
        || audit_field(act.reason),
        'UTF8'
    );

-- Links up to so many waiting rows and returns how many; one process at a time, the others get 0.
-- It runs with the owner's rights: the app role itself can write no link.
CREATE FUNCTION link_audit(most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    v_number bigint;
    v_digest bytea;
    v_waiting record;
    v_count integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('audit_links')) THEN
        RETURN 0;
    END IF;
    SELECT number, digest INTO v_number, v_digest FROM audit_links ORDER BY number DESC LIMIT 1;
    v_number := coalesce(v_number, 0);
    v_digest := coalesce(v_digest, decode(repeat('00', 32), 'hex'));
    FOR v_waiting IN
        WITH taken AS (
            DELETE FROM audit_unlinked WHERE position IN (
                SELECT position FROM audit_unlinked ORDER BY position LIMIT most
            ) RETURNING position, audit_id
        )
        SELECT act FROM taken JOIN audit act USING (audit_id) ORDER BY taken.position
    LOOP
        v_number := v_number + 1;
        v_digest := sha256(v_digest || audit_bytes(v_number, v_waiting.act));
        INSERT INTO audit_links (number, audit_id, digest)
        VALUES (v_number, (v_waiting.act).audit_id, v_digest);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

REVOKE ALL ON FUNCTION link_audit(integer), audit_await_link() FROM PUBLIC;

-- The app role, whatever its name here: it adds rows and reads them, and no more.
DO $$
DECLARE
    v_app text;
BEGIN
    FOR v_app IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = 'public' AND table_name = 'audit' AND grantee <> current_user
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM %I', v_app);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_links FROM %I', v_app);
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_unlinked FROM %I', v_app);
    END LOOP;
END $$;
