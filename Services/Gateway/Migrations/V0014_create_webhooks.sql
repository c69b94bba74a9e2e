-- Where outside systems may post news without knowing CloudEvents. The secret is needed as it is to check signatures.
CREATE TABLE webhooks (
    tenant text NOT NULL,
    name text NOT NULL,
    secret text,
    signature_header text NOT NULL,
    delivery_header text NOT NULL,
    event_type text NOT NULL,
    subject text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, name)
);
CREATE INDEX webhooks_by_name ON webhooks (name);
