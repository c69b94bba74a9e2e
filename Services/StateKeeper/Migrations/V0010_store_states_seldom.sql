-- The state is that after this event; what came later is folded from the events. 0: none is stored.
ALTER TABLE logs ADD COLUMN state_sequence bigint NOT NULL DEFAULT 0;
UPDATE logs SET state_sequence = last_sequence WHERE state IS NOT NULL;
-- Rows are updated with each event, in columns without an index: there is to be room for that on the page.
ALTER TABLE logs SET (fillfactor = 60);
