ALTER TABLE effects
    -- The sending whose answer the outcome is; null when it was found out otherwise.
    ADD COLUMN answered integer,
    -- Since when the other system is asked to undo the last sending.
    ADD COLUMN undo_at timestamptz,
    -- The last sending that it has undone.
    ADD COLUMN undone integer NOT NULL DEFAULT 0;
UPDATE effects SET answered = dispatches WHERE progress = 'completed';
-- Answers that came when others had gone on without them: evidence, never outcomes.
CREATE TABLE late_answers (
    task_id text NOT NULL,
    number integer NOT NULL,
    dispatch integer NOT NULL,
    class text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    came_at timestamptz NOT NULL,
    PRIMARY KEY (task_id, number, dispatch)
);
-- Whether it is about such an answer, and not about one that is missing.
ALTER TABLE incidents ADD COLUMN is_late boolean NOT NULL DEFAULT false;
