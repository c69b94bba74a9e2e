-- What starts executions by the clock: one row a definition, of its newest version.
CREATE TABLE schedules (
    tenant text NOT NULL,
    namespace text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    -- When it fires next; null while the last execution of an `after` runs.
    due timestamptz,
    -- The time after the end of an execution at which an `after` fires again.
    delay_us bigint,
    -- The execution that an `after` waits for.
    running text,
    PRIMARY KEY (tenant, namespace, name)
);
CREATE INDEX schedules_by_due ON schedules (due) WHERE due IS NOT NULL;
CREATE INDEX schedules_by_running ON schedules (running) WHERE running IS NOT NULL;
-- Events that have come for a schedule which needs several, by what ties them together.
CREATE TABLE gatherings (
    id text NOT NULL,
    key text NOT NULL,
    state bytea NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (id, key)
);
CREATE INDEX gatherings_by_time ON gatherings (updated_at);
