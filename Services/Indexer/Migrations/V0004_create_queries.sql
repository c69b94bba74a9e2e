-- Queries that are not answered yet.
CREATE TABLE queries (
    tenant text NOT NULL,
    query_id text NOT NULL,
    execution_id text NOT NULL,
    index_name text NOT NULL,
    query text NOT NULL,
    filter jsonb NOT NULL,
    passages integer NOT NULL,
    minimum_score double precision NOT NULL,
    command_id text NOT NULL,
    correlation_id text,
    traceparent text,
    attempts integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT '-infinity',
    requested_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, query_id)
);

CREATE INDEX queries_due ON queries (not_before);
