-- Only the SHA-256 of a key is kept: keys are random, so nothing slower is needed.
CREATE TABLE api_keys (
    hash text PRIMARY KEY,
    tenant text NOT NULL,
    name text NOT NULL,
    roles text[] NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
