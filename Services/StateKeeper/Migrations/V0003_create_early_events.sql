-- Events that came before one that they follow.
CREATE TABLE early_events (
    tenant text NOT NULL,
    execution_id text NOT NULL,
    sequence bigint NOT NULL,
    message bytea NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, execution_id, sequence)
);
