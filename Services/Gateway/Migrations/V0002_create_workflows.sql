CREATE TABLE workflows (
    tenant text NOT NULL,
    namespace text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    digest text NOT NULL,
    document jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'registered', 'rejected')),
    rejection jsonb,
    command_id text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, namespace, name, version)
);
CREATE INDEX workflows_newest ON workflows (tenant, created_at DESC, namespace, name, version);
CREATE INDEX workflows_command ON workflows (command_id);
