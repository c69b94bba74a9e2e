-- pgvector belongs to the database, not to this service: an administrator creates it once, where this does nothing.
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

CREATE TABLE documents (
    tenant text NOT NULL,
    index_name text NOT NULL,
    document_id text NOT NULL,
    -- Grows with each command for the document; work on an older revision is thrown away.
    revision bigint NOT NULL DEFAULT 1,
    digest text NOT NULL,
    size_bytes bigint NOT NULL,
    content_type text NOT NULL,
    name text NOT NULL,
    metadata jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'indexed', 'rejected')),
    chunks integer NOT NULL DEFAULT 0,
    embedder text,
    rejection jsonb,
    command_id text NOT NULL,
    correlation_id text,
    traceparent text,
    attempts integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT '-infinity',
    requested_at timestamptz NOT NULL,
    indexed_at timestamptz,
    PRIMARY KEY (tenant, index_name, document_id)
);

CREATE INDEX documents_pending ON documents (not_before) WHERE status = 'pending';
