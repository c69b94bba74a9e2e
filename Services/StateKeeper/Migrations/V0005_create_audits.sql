CREATE TABLE audits (
    tenant text NOT NULL,
    audit_id text NOT NULL,
    actor_type text NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource text NOT NULL,
    details jsonb,
    happened_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, audit_id)
);

CREATE INDEX audits_by_resource ON audits (tenant, resource_type, resource, happened_at);
