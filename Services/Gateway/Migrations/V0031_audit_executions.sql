-- Open executions by id, for the auditor.
CREATE INDEX executions_open ON executions (execution_id) WHERE ended_at IS NULL;
-- What is missing, where that is what an incident is about; empty when an effect is in question.
ALTER TABLE incidents ADD COLUMN cause text NOT NULL DEFAULT '';
