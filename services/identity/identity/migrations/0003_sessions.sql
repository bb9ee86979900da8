-- Sessions, their rotating refresh tokens, what was revoked, and the keys that sign tokens (R-13).

CREATE TABLE sessions (
    session_id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    channel text NOT NULL CHECK (channel IN ('web', 'mobile')),
    -- What the client calls itself, shortened; shown to the owner in the list of sessions.
    device text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    -- Moves on with each refresh, up to the longest life.
    idle_until timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text CHECK (end_reason IN (
        'logged_out', 'closed_by_owner', 'token_reused', 'too_many', 'password_changed', 'by_staff'
    )),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE INDEX sessions_open ON sessions (account_id, created_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    token_sha256 bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    rotated_at timestamptz
);

CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);

CREATE TABLE revocations (
    revocation_id uuid PRIMARY KEY,
    session_id uuid,
    account_id uuid,
    issued_before timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(session_id, account_id) = 1)
);

CREATE INDEX revocations_by_age ON revocations (created_at);

CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    -- Raw Ed25519 (RFC 8032): the public key, and the private one under AES-256-GCM.
    public_key bytea NOT NULL,
    private_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- When a newer one took over; still published while its tokens can live.
    replaced_at timestamptz
);

CREATE UNIQUE INDEX signing_keys_one_current ON signing_keys ((true)) WHERE replaced_at IS NULL;
