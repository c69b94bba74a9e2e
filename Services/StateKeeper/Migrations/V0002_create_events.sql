-- Append-only: the encoded messages as they came, chained by hash.
CREATE TABLE events (
    tenant text NOT NULL,
    execution_id text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    happened_at timestamptz NOT NULL,
    message bytea NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (tenant, execution_id, sequence)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history is append-only';
END
$$;

CREATE TRIGGER events_append_only BEFORE UPDATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
