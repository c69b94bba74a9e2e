"""The broker dies and comes back after a while, Postgres is restarted, Redis is emptied."""

import subprocess
import time

from harness.load import Load, account
from harness.stack import Stack


def run(options):
    """Everything resumes by itself, nothing acknowledged is gone."""
    with Stack("outages") as stack:
        load = Load(stack, options.claims)
        load.await_finished(max(1, options.claims // 8))
        stack.kill("local-broker")
        time.sleep(options.outage)
        stack.up("local-broker")
        load.await_finished(max(2, options.claims // 3))
        stack.terminate("postgres")
        stack.up("postgres")
        load.await_finished(max(3, options.claims // 2))
        port = stack.redis.rsplit(":", 1)[1].strip("/")
        subprocess.run(["redis-cli", "-p", port, "FLUSHALL"], check=True, capture_output=True)
        return account(load, load.result())
