CREATE TABLE policies (
    tenant text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    digest text NOT NULL,
    document jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'registered', 'rejected')),
    rejection jsonb,
    command_id text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, name, version)
);
CREATE INDEX policies_newest ON policies (tenant, created_at DESC, name, version);
CREATE INDEX policies_command ON policies (command_id);
