-- One row an attempt, so that a repeated report costs nothing.
CREATE TABLE task_usage (
    execution_id text NOT NULL,
    task_id text NOT NULL,
    attempt integer NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    model_calls integer NOT NULL,
    cost_micros bigint NOT NULL,
    PRIMARY KEY (execution_id, task_id, attempt)
);
