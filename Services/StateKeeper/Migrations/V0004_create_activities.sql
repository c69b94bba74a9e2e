-- What other services did for an execution: turns of agents, verdicts, approvals. Kept beside the history, not in its chain.
CREATE TABLE activities (
    tenant text NOT NULL,
    execution_id text NOT NULL,
    message_id text NOT NULL,
    type text NOT NULL,
    source text NOT NULL,
    happened_at timestamptz NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (tenant, execution_id, message_id)
);

CREATE INDEX activities_in_order ON activities (tenant, execution_id, happened_at);
