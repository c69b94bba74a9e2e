-- One partial index for each embedder: vectors of different embedders have different lengths and are never compared.
CREATE INDEX chunks_embedding_hashing_384 ON chunks
    USING hnsw ((embedding::public.vector(384)) public.vector_cosine_ops)
    WHERE embedder = 'cadenza-hashing-384';
