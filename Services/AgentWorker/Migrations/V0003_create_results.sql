-- The one result of each attempt.
CREATE TABLE results (
    task_id text NOT NULL,
    attempt integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('completed', 'failed')),
    fault jsonb,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    model_calls integer NOT NULL,
    worker text NOT NULL,
    finished_at timestamptz NOT NULL,
    PRIMARY KEY (task_id, attempt)
);
