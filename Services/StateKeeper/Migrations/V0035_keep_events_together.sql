-- A row holds the events of a history that came together. With more than one its message is a cadenza.history.v1.Batch,
-- sequence and happened_at are the first one's, and hash is the last one's.
ALTER TABLE events ADD COLUMN batch_size integer NOT NULL DEFAULT 1;
-- Rows up to a page stay in one piece.
ALTER TABLE events SET (toast_tuple_target = 8160);
