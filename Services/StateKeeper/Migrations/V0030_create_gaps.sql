-- Histories that lack events, and from which one on, as people were told.
CREATE TABLE gaps (
    tenant text NOT NULL,
    execution_id text NOT NULL,
    missing bigint NOT NULL,
    raised_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, execution_id)
);
CREATE INDEX early_events_by_time ON early_events (received_at);
