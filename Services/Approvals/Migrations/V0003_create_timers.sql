-- When each pending approval next has something to do: remind or expire. What, the approval itself knows.
CREATE TABLE timers (
    tenant text NOT NULL,
    approval_id text NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, approval_id)
);

CREATE INDEX timers_by_due ON timers (due_at);
