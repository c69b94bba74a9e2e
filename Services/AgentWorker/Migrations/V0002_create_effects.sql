-- The journal of outside work: intent, dispatch, outcome.
CREATE TABLE effects (
    task_id text NOT NULL,
    -- The turn of an agent; the attempt of an HTTP call.
    number integer NOT NULL,
    kind text NOT NULL,
    class text NOT NULL CHECK (class IN ('pure', 'idempotent', 'compensable', 'irreversible')),
    idempotency_key text NOT NULL,
    progress text NOT NULL CHECK (progress IN ('intended', 'dispatched', 'completed')),
    dispatches integer NOT NULL DEFAULT 0,
    intended_at timestamptz NOT NULL DEFAULT now(),
    dispatched_at timestamptz,
    completed_at timestamptz,
    status integer,
    headers jsonb,
    body bytea,
    PRIMARY KEY (task_id, number),
    CHECK ((progress = 'completed') = (status IS NOT NULL))
);
