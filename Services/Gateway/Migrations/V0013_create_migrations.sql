-- Migrations of running executions from version to version, as the orchestrator tells of them.
CREATE TABLE migrations (
    migration_id text PRIMARY KEY,
    tenant text NOT NULL,
    namespace text NOT NULL,
    name text NOT NULL,
    from_version text NOT NULL,
    to_version text NOT NULL,
    mapping jsonb NOT NULL,
    applies boolean NOT NULL,
    step bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'planning', 'planned', 'applying', 'done', 'rejected')),
    safe bigint NOT NULL,
    needs_mapping bigint NOT NULL,
    impossible bigint NOT NULL,
    migrated bigint NOT NULL,
    remaining bigint NOT NULL,
    rejection jsonb,
    actor text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX migrations_newest ON migrations (tenant, created_at DESC, migration_id DESC);
CREATE TABLE migration_items (
    migration_id text NOT NULL,
    execution_id text NOT NULL,
    class text NOT NULL,
    findings jsonb NOT NULL,
    migrated boolean NOT NULL,
    PRIMARY KEY (migration_id, execution_id)
);
