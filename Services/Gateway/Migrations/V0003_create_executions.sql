CREATE TABLE executions (
    execution_id text PRIMARY KEY,
    tenant text NOT NULL,
    namespace text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    status text NOT NULL,
    sequence bigint NOT NULL,
    input jsonb,
    output jsonb,
    fault jsonb,
    actor text NOT NULL,
    correlation_id text,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    updated_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX executions_newest ON executions (tenant, created_at DESC, execution_id DESC);
CREATE INDEX executions_by_status ON executions (tenant, status, created_at DESC, execution_id DESC);
CREATE INDEX executions_by_workflow ON executions (tenant, namespace, name, created_at DESC, execution_id DESC);
