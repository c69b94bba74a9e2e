-- A task that waits for a person's decision about its effect is held: no worker takes it.
ALTER TABLE tasks DROP CONSTRAINT tasks_status_check, ADD CONSTRAINT tasks_status_check
    CHECK (status IN ('waiting', 'leased', 'suspended', 'held', 'finished', 'cancelled'));
