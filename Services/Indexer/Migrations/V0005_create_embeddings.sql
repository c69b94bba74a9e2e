-- Texts whose vectors are asked for. Answered requests stay for a while: who asks again is answered from their parts.
CREATE TABLE embeddings (
    tenant text NOT NULL,
    request_id text NOT NULL,
    execution_id text NOT NULL,
    attempt integer NOT NULL,
    -- The bytes of the payload message of the texts.
    texts bytea NOT NULL,
    model text NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'answered')),
    command_id text NOT NULL,
    correlation_id text,
    traceparent text,
    attempts integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT '-infinity',
    requested_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, request_id)
);

CREATE INDEX embeddings_pending ON embeddings (not_before) WHERE status = 'pending';
CREATE INDEX embeddings_answered ON embeddings (requested_at) WHERE status = 'answered';

-- The journal: what an embedder gave, call by call, so that it is not bought again.
CREATE TABLE embedding_parts (
    tenant text NOT NULL,
    request_id text NOT NULL,
    number integer NOT NULL,
    embedder text NOT NULL,
    -- JSON: an array of vectors.
    vectors bytea NOT NULL,
    input_tokens bigint NOT NULL,
    model_calls integer NOT NULL,
    PRIMARY KEY (tenant, request_id, number),
    FOREIGN KEY (tenant, request_id) REFERENCES embeddings ON DELETE CASCADE
);
