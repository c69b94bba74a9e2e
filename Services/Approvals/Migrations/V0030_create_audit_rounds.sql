-- How far the auditor is: one row, held by the process that works.
CREATE TABLE audit_rounds (
    cursor text NOT NULL,
    began_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL
);
INSERT INTO audit_rounds VALUES ('', 'epoch', 'epoch');
CREATE INDEX approvals_pending ON approvals (tenant, approval_id) WHERE status = 'pending';
