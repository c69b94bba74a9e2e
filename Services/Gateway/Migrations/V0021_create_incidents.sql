-- Effects that nobody knows the outcome of, as the workers tell of them; a person decides.
CREATE TABLE incidents (
    incident_id text PRIMARY KEY,
    tenant text NOT NULL,
    execution_id text NOT NULL,
    task_id text NOT NULL,
    task text NOT NULL,
    attempt integer NOT NULL,
    function text NOT NULL,
    target text NOT NULL,
    effect_class text NOT NULL,
    code text NOT NULL,
    detail text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'decided')),
    decision text,
    actor text,
    comment text,
    dispatched_at timestamptz NOT NULL,
    raised_at timestamptz NOT NULL,
    decided_at timestamptz
);
CREATE INDEX incidents_newest ON incidents (tenant, raised_at DESC, incident_id DESC);
CREATE INDEX incidents_open ON incidents (tenant, execution_id) WHERE status = 'open';
