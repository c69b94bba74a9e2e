-- Migrations of running executions from version to version, resumable: the cursor moves with each batch.
CREATE TABLE migrations (
    id text PRIMARY KEY,
    tenant text NOT NULL,
    namespace text NOT NULL,
    name text NOT NULL,
    from_version text NOT NULL,
    to_version text NOT NULL,
    mapping jsonb NOT NULL,
    applies boolean NOT NULL,
    batch integer NOT NULL,
    phase text NOT NULL,
    cursor text NOT NULL,
    step bigint NOT NULL,
    counts bigint[] NOT NULL,
    traceparent text,
    created_at timestamptz NOT NULL
);
CREATE INDEX migrations_to_do ON migrations (created_at) WHERE phase IN ('planning', 'applying');
