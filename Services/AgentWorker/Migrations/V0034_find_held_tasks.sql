-- Looked for again and again, among all that has ended.
CREATE INDEX tasks_held ON tasks (task_id) WHERE status = 'held';
