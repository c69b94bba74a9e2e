-- The dead letters of all services; `dead_letters` beside it holds this service's own.
CREATE TABLE dead_letter_desk (
    dead_letter_id text PRIMARY KEY,
    tenant text NOT NULL,
    service text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    position bigint NOT NULL,
    key bytea NOT NULL,
    value bytea NOT NULL,
    headers jsonb NOT NULL,
    code text NOT NULL,
    cause text NOT NULL,
    attempts integer NOT NULL,
    died_at timestamptz NOT NULL
);
CREATE INDEX dead_letter_desk_newest ON dead_letter_desk (tenant, died_at DESC, dead_letter_id DESC);
