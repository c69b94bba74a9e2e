CREATE TABLE chunks (
    tenant text NOT NULL,
    index_name text NOT NULL,
    document_id text NOT NULL,
    number integer NOT NULL,
    text text NOT NULL,
    search_text text NOT NULL,
    metadata jsonb NOT NULL,
    embedder text NOT NULL,
    embedding public.vector NOT NULL,
    search tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('english', search_text)) STORED,
    PRIMARY KEY (tenant, index_name, document_id, number)
);

CREATE INDEX chunks_search ON chunks USING gin (search);
CREATE INDEX chunks_metadata ON chunks USING gin (metadata jsonb_path_ops);
