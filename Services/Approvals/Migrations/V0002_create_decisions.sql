-- Every decision that came in, whether it counted or was refused; also what makes a repeated command harmless.
CREATE TABLE decisions (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    tenant text NOT NULL,
    approval_id text NOT NULL,
    command_id text NOT NULL,
    attempt bigint NOT NULL,
    actor text NOT NULL,
    choice text CHECK (choice IN ('approved', 'rejected')),
    comment text NOT NULL,
    -- What the actor was shown, as far as known.
    subject_digest text NOT NULL,
    decided_at timestamptz NOT NULL,
    -- Null when it counted.
    refusal text,
    PRIMARY KEY (tenant, approval_id, command_id)
);

-- The last wall against two votes of one person in a round.
CREATE UNIQUE INDEX decisions_one_vote ON decisions (tenant, approval_id, attempt, actor) WHERE refusal IS NULL;
