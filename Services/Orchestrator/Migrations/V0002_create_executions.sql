-- Open executions only. The state is the engine's JSON. Room in the page keeps updates within it.
CREATE TABLE executions (
    id text PRIMARY KEY,
    tenant text NOT NULL,
    namespace text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    status text NOT NULL,
    sequence bigint NOT NULL,
    state bytea NOT NULL,
    traceparent text,
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 50);
