-- The history of each dead letter. Details are JSON as text, since a body may hold what jsonb cannot.
CREATE TABLE dead_letter_changes (
    dead_letter_id text NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    step text NOT NULL,
    actor text NOT NULL,
    details text NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (dead_letter_id, number)
);
