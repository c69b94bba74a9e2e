-- What events bring about, on its way through the broker: a row goes when its message has come. One that stays is told
-- again.
CREATE TABLE deliveries (
    message_id text PRIMARY KEY,
    execution_id text NOT NULL,
    tenant text NOT NULL,
    type text NOT NULL,
    causation_id text,
    traceparent text,
    body bytea NOT NULL,
    -- From when on the message is missed.
    due_at timestamptz NOT NULL,
    -- How often it was told again.
    repetitions integer NOT NULL DEFAULT 0
);
CREATE INDEX deliveries_by_time ON deliveries (due_at);
CREATE INDEX deliveries_by_execution ON deliveries (execution_id) WHERE repetitions > 0;
