-- One row a task; a later attempt takes the place of the earlier one.
CREATE TABLE tasks (
    task_id text PRIMARY KEY,
    execution_id text NOT NULL,
    tenant text NOT NULL,
    attempt integer NOT NULL CHECK (attempt > 0),
    task text NOT NULL,
    function text NOT NULL,
    -- The payload as it came: cadenza.core.v1.Payload.
    arguments bytea NOT NULL,
    deadline_at timestamptz,
    status text NOT NULL CHECK (status IN ('waiting', 'leased', 'suspended', 'finished', 'cancelled')),
    due_at timestamptz NOT NULL,
    lease_owner text,
    -- Leases of this attempt so far.
    leases integer NOT NULL DEFAULT 0,
    message_id text NOT NULL,
    correlation_id text,
    traceparent text,
    received_at timestamptz NOT NULL,
    finished_at timestamptz,
    CHECK ((status = 'leased') = (lease_owner IS NOT NULL))
);

-- What a worker may take: due work, and leases whose holder is late.
CREATE INDEX tasks_open ON tasks (due_at) WHERE status IN ('waiting', 'leased', 'suspended');
CREATE INDEX tasks_closed ON tasks (finished_at) WHERE status IN ('finished', 'cancelled');
