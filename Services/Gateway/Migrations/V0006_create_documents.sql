CREATE TABLE documents (
    document_id text PRIMARY KEY,
    tenant text NOT NULL,
    digest text NOT NULL,
    size_bytes bigint NOT NULL,
    content_type text NOT NULL,
    name text NOT NULL,
    index_name text,
    metadata jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('stored', 'indexing', 'indexed', 'rejected', 'deleted')),
    chunks integer,
    rejection jsonb,
    created_at timestamptz NOT NULL
);
CREATE INDEX documents_newest ON documents (tenant, created_at DESC, document_id DESC);
