-- Versions of definitions, immutable. The document keeps its bytes: the order of members counts.
CREATE TABLE definitions (
    tenant text NOT NULL,
    namespace text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    digest text NOT NULL,
    document bytea NOT NULL,
    registered_by text NOT NULL,
    registered_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, namespace, name, version)
);
