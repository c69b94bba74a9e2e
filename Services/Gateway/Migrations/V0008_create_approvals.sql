CREATE TABLE approvals (
    approval_id text PRIMARY KEY,
    tenant text NOT NULL,
    execution_id text NOT NULL,
    task text NOT NULL,
    title text NOT NULL,
    subject jsonb,
    subject_digest text NOT NULL,
    approvers text[] NOT NULL,
    quorum integer NOT NULL,
    checklist text[] NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn')),
    decisions jsonb NOT NULL,
    actor text,
    comment text,
    requested_at timestamptz NOT NULL,
    due_at timestamptz,
    closed_at timestamptz
);
CREATE INDEX approvals_by_status ON approvals (tenant, status, requested_at DESC, approval_id DESC);
CREATE INDEX approvals_newest ON approvals (tenant, requested_at DESC, approval_id DESC);
