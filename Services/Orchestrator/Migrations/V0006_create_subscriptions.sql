-- Who waits for which events. An event is looked up by tenant and type: one row a filter of an open execution.
CREATE TABLE subscriptions (
    id text NOT NULL,
    filter text NOT NULL,
    execution_id text NOT NULL,
    tenant text NOT NULL,
    -- Empty: any type.
    type text NOT NULL,
    definition text NOT NULL,
    -- What the event's correlation must give; null: anything.
    key text,
    PRIMARY KEY (id, filter)
);
CREATE INDEX subscriptions_by_event ON subscriptions (tenant, type, definition, filter, key);
CREATE INDEX subscriptions_by_execution ON subscriptions (execution_id);
-- Events that were delivered, so that one which is published twice is delivered once.
CREATE TABLE delivered_events (
    tenant text NOT NULL,
    digest text NOT NULL,
    delivered_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, digest)
);
CREATE INDEX delivered_events_by_time ON delivered_events (delivered_at);
