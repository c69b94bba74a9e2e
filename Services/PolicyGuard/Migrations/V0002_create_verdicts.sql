-- Every verdict with the policy's digest: what makes a repeated evaluation give the same answer, and explains it later.
CREATE TABLE verdicts (
    tenant text NOT NULL,
    evaluation_id text NOT NULL,
    execution_id text NOT NULL,
    task text NOT NULL,
    attempt bigint NOT NULL,
    policy text NOT NULL,
    version text NOT NULL,
    policy_digest text NOT NULL,
    -- SHA-256 of the canonical input; the input itself is not kept.
    input_digest text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('allow', 'review', 'deny')),
    risk bigint NOT NULL CHECK (risk BETWEEN 0 AND 100),
    verdict jsonb NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, evaluation_id)
);

CREATE INDEX verdicts_by_execution ON verdicts (tenant, execution_id);
