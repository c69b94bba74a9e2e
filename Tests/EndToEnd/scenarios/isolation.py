"""Each service runs as a role of its own that can see its own schema and no other."""

from harness.database import ask, role_url
from harness.load import Load, account
from harness.stack import SERVICES, Stack

SCHEMAS = {
    "gateway": "gateway", "orchestrator": "orchestrator", "agent-worker": "agents", "approvals": "approvals",
    "rag-indexer": "knowledge", "policy": "policy", "state": "state",
}


def run(options):
    """The claims run through roles that the database lets see one schema each."""
    with Stack("isolation") as stack:
        told = []
        for service, pid in stack.parts().items():
            if service in SERVICES:
                told.append(check(service, role_url(pid)))
        if len(told) != len(SERVICES):
            raise AssertionError(f"only {told} run")
        load = Load(stack, 17)
        return f"{len(told)} roles see {len(told)} schemas; {account(load, load.result())}"


def check(service, url):
    """The role has the use of its schema only, cannot read another's table, and is no superuser."""
    names = ", ".join(f"'{schema}'" for schema in SCHEMAS.values())
    visible = ask(url, f"SELECT nspname FROM pg_namespace WHERE nspname IN ({names}) AND has_schema_privilege(nspname, 'USAGE')")
    if visible.stdout.split() != [SCHEMAS[service]]:
        raise AssertionError(f"{service} can use the schemas {visible.stdout.split()}: {visible.stderr}")
    if ask(url, "SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = current_user").stdout.strip() != "f":
        raise AssertionError(f"{service} runs as a role that may do more than it needs")
    for other in SCHEMAS.values():
        if other == SCHEMAS[service]:
            continue
        answer = ask(url, f"SELECT 1 FROM {other}.inbox LIMIT 1")
        if answer.returncode == 0 or "permission denied" not in answer.stderr:
            raise AssertionError(f"{service} reads {other}.inbox: {answer.stdout}{answer.stderr}")
    return service
