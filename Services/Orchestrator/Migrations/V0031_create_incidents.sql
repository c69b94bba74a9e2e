-- What executions lack and nobody can bring back by itself. A row goes when the cause is found or a person decides.
CREATE TABLE incidents (
    incident_id text PRIMARY KEY,
    tenant text NOT NULL,
    execution_id text NOT NULL,
    -- Empty for the execution as a whole.
    task_id text NOT NULL,
    attempt integer NOT NULL,
    task text NOT NULL,
    cause text NOT NULL,
    raised_at timestamptz NOT NULL
);
CREATE INDEX incidents_by_time ON incidents (raised_at);
-- How often an attempt was asked for again since it had been lost.
ALTER TABLE tasks ADD COLUMN repetitions integer NOT NULL DEFAULT 0;
