-- What is left of executions that have ended, so that late and repeated messages are known.
CREATE TABLE tombstones (
    id text PRIMARY KEY,
    tenant text NOT NULL,
    ending text NOT NULL,
    sequence bigint NOT NULL,
    ended_at timestamptz NOT NULL
);
CREATE INDEX tombstones_by_end ON tombstones (ended_at);
