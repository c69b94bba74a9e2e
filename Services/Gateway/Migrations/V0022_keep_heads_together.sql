-- The heads of the events of an execution that came in one poll: [[sequence, µs since 1970, kind, task, task id, status], …]
CREATE TABLE execution_heads (
    execution_id text NOT NULL,
    last_sequence bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    heads bytea NOT NULL,
    PRIMARY KEY (execution_id, last_sequence)
);
-- Rows come in the order of this column: a few bytes for many pages do.
CREATE INDEX execution_heads_by_time ON execution_heads USING brin (recorded_at);
INSERT INTO execution_heads (execution_id, last_sequence, recorded_at, heads)
SELECT execution_id, max(sequence), max(time), convert_to(json_agg(json_build_array(
    sequence, (extract(epoch FROM time) * 1000000)::bigint, kind, task, task_id, status) ORDER BY sequence)::text, 'UTF8')
FROM execution_events GROUP BY execution_id ORDER BY max(time);
DROP TABLE execution_events;
