-- Versions of policies. A row is written once; only `enabled` may change.
CREATE TABLE policies (
    tenant text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    digest text NOT NULL,
    document jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    registered_at timestamptz NOT NULL,
    registered_by text NOT NULL,
    PRIMARY KEY (tenant, name, version)
);
