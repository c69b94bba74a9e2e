"""Two orchestrators and two agent workers share the load; one of each goes, politely, at once, or as a zombie."""

import time

from harness.load import Load, account
from harness.stack import Stack

SESSION = 10  # seconds, as the services' consumers have it


def run(options):
    """Partitions move, nothing is lost or doubled, the zombie is fenced."""
    scale = ("orchestrator=2", "agent-worker=2")
    with Stack("share", scale) as stack:
        load = Load(stack, options.claims)
        load.await_finished(max(1, options.claims // 10))
        stack.terminate("orchestrator-2")
        load.await_finished(max(2, options.claims // 5))
        stack.up("orchestrator-2")
        stack.kill("agent-worker")
        stack.up("agent-worker")
        load.await_finished(max(3, options.claims // 3))
        stack.freeze("orchestrator")
        # The broker must declare it dead while the others go on.
        time.sleep(SESSION + 4)
        stack.thaw("orchestrator")
        stack.kill("orchestrator-2")
        stack.up("orchestrator-2")
        return account(load, load.result())
