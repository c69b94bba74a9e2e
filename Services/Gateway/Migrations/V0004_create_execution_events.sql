-- The heads of events, for live views; the history itself is the state service's.
CREATE TABLE execution_events (
    execution_id text NOT NULL,
    sequence bigint NOT NULL,
    time timestamptz NOT NULL,
    kind text NOT NULL,
    task text NOT NULL,
    task_id text NOT NULL,
    status text NOT NULL,
    PRIMARY KEY (execution_id, sequence)
);
CREATE INDEX execution_events_by_time ON execution_events (time);
