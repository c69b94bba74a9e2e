-- The timers of open executions by due time. The truth is in the execution's state; this is where they are found.
CREATE TABLE timers (
    id text PRIMARY KEY,
    execution_id text NOT NULL,
    due timestamptz NOT NULL
);
CREATE INDEX timers_by_due ON timers (due);
CREATE INDEX timers_by_execution ON timers (execution_id);
