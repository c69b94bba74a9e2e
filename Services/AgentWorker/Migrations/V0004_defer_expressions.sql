-- What is evaluated here, since secrets are: cadenza.core.v1.Payload; empty for nothing.
ALTER TABLE tasks ADD COLUMN deferred bytea NOT NULL DEFAULT '';
