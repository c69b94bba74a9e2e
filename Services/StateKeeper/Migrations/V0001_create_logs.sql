-- One row an execution: where its history ends and what it folds to.
CREATE TABLE logs (
    tenant text NOT NULL,
    execution_id text NOT NULL,
    last_sequence bigint NOT NULL,
    last_hash bytea NOT NULL CHECK (length(last_hash) = 32),
    status text NOT NULL,
    state jsonb,
    -- Set when the fold refused an event; the history itself is kept whole.
    fold_error text,
    started_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, execution_id)
);
