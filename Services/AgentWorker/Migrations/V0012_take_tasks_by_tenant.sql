-- A worker takes due work of each tenant in turn, so what is due is found by tenant.
CREATE INDEX tasks_due ON tasks (tenant, due_at) WHERE status IN ('waiting', 'leased', 'suspended');
DROP INDEX tasks_open;
