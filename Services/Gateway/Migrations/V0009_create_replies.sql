-- What a request waits for, so that any replica may take the answer and the one that waits finds it.
CREATE TABLE replies (
    request_id text PRIMARY KEY,
    tenant text NOT NULL,
    kind text NOT NULL,
    asked_at timestamptz NOT NULL,
    answer jsonb
);
CREATE INDEX replies_by_age ON replies (asked_at);
