-- Why an open execution will go on, as the orchestrator told it with the last event; for one that was cancelled, why.
ALTER TABLE executions ADD COLUMN causes jsonb;
