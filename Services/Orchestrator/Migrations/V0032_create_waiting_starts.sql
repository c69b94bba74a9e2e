-- Starts that are not begun yet, as their messages were: tenants take turns. Written only while there are more than one
-- transaction takes.
CREATE TABLE waiting_starts (
    execution_id text PRIMARY KEY,
    tenant text NOT NULL,
    -- The order in which those of a tenant came.
    place bigint GENERATED ALWAYS AS IDENTITY,
    message_id text NOT NULL,
    source text NOT NULL,
    sent_at timestamptz NOT NULL,
    correlation_id text,
    causation_id text,
    traceparent text,
    body bytea NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX waiting_starts_in_turn ON waiting_starts (tenant, place);
