-- Effects that may or may not have been carried out and must not be repeated; a person decides.
CREATE TABLE incidents (
    -- <task>:<number>:<dispatch>
    incident_id text PRIMARY KEY,
    task_id text NOT NULL,
    number integer NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'decided')),
    raised_at timestamptz NOT NULL,
    decision text CHECK (decision IN ('retry', 'done', 'fail', 'answered')),
    actor text,
    comment text,
    decided_at timestamptz,
    CHECK ((status = 'decided') = (decision IS NOT NULL AND decided_at IS NOT NULL))
);
CREATE INDEX incidents_by_task ON incidents (task_id, number) WHERE status = 'open';
-- What was called, for people.
ALTER TABLE effects ADD COLUMN target text NOT NULL DEFAULT '';
-- Effects that nobody may know the outcome of.
CREATE INDEX effects_unsettled ON effects (dispatched_at)
    WHERE progress = 'dispatched' AND class IN ('compensable', 'irreversible');
