"""Each of the seven services is killed once in the middle of the load, and started again."""

from harness.load import Load, account
from harness.stack import SERVICES, Stack


def run(options):
    """All claims finish, none is lost, none takes effect twice."""
    with Stack("kill") as stack:
        load = Load(stack, options.claims)
        for position, service in enumerate(SERVICES):
            load.await_finished(max(1, options.claims * position // (len(SERVICES) + 2)))
            stack.kill(service)
            stack.up(service)
        return account(load, load.result())
