-- The outstanding attempts of open executions: who is waited for, and since when.
CREATE TABLE tasks (
    id text PRIMARY KEY,
    execution_id text NOT NULL,
    task text NOT NULL,
    attempt integer NOT NULL,
    function text NOT NULL,
    deadline timestamptz,
    requested_at timestamptz NOT NULL
);
CREATE INDEX tasks_by_execution ON tasks (execution_id);
