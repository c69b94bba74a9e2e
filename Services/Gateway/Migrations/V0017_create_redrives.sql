-- Redrives of many letters: which, how fast, how far, and why one stopped.
CREATE TABLE redrives (
    redrive_id text PRIMARY KEY,
    tenant text NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'done', 'stopped')),
    filter jsonb NOT NULL,
    rate double precision NOT NULL,
    stop_after integer NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    traceparent text,
    total bigint NOT NULL,
    sent bigint NOT NULL DEFAULT 0,
    taken bigint NOT NULL DEFAULT 0,
    died bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    stop jsonb,
    -- Whoever goes on with it holds the row's lock; nobody does before this moment, so the rate holds over restarts.
    next_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX redrives_newest ON redrives (tenant, created_at DESC, redrive_id DESC);
CREATE INDEX redrives_due ON redrives (next_at) WHERE status = 'running';
CREATE TABLE redrive_items (
    redrive_id text NOT NULL,
    number bigint NOT NULL,
    dead_letter_id text NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'sent', 'taken', 'died', 'skipped')),
    code text NOT NULL,
    code_again text,
    PRIMARY KEY (redrive_id, number),
    UNIQUE (redrive_id, dead_letter_id)
);
