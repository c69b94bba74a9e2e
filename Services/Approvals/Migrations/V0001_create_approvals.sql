-- What is asked of people, and how it stands. One row an approval; a new attempt of the waiting task reuses it.
CREATE TABLE approvals (
    tenant text NOT NULL,
    approval_id text NOT NULL,
    execution_id text NOT NULL,
    task text NOT NULL,
    attempt bigint NOT NULL,
    title text NOT NULL,
    subject bytea NOT NULL,
    subject_digest text NOT NULL,
    approvers jsonb NOT NULL,
    quorum bigint NOT NULL CHECK (quorum > 0),
    sla_us bigint NOT NULL CHECK (sla_us > 0),
    remind_every_us bigint NOT NULL CHECK (remind_every_us > 0),
    checklist jsonb NOT NULL,
    requested_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn')),
    reminders bigint NOT NULL,
    next_reminder_at timestamptz,
    closed_at timestamptz,
    decided_by text,
    decision_command_id text,
    -- The decider's comment, or why it was withdrawn.
    comment text,
    correlation_id text,
    traceparent text,
    PRIMARY KEY (tenant, approval_id),
    CHECK ((status = 'pending') = (closed_at IS NULL))
);

CREATE INDEX approvals_by_execution ON approvals (tenant, execution_id);
