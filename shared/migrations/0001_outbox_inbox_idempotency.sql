-- What every service with a database has: events to publish, events applied, answers given.

CREATE TABLE outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    lane smallint NOT NULL DEFAULT 0 CHECK (lane IN (0, 1)),
    -- With sisa.replay the routing key is the one queue that a republished event goes to.
    exchange text NOT NULL CHECK (exchange IN ('sisa.events', 'sisa.private', 'sisa.replay')),
    routing_key text NOT NULL,
    -- The whole CloudEvents envelope: the relay adds nothing and reads nothing in it.
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    next_try_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX outbox_due ON outbox (lane, position);

CREATE TABLE inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer, event_id)
);

CREATE INDEX inbox_by_age ON inbox USING brin (received_at);

CREATE TABLE idempotency_keys (
    account_id uuid NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status smallint,
    body text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_id, operation, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
