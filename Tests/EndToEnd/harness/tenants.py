"""Tenants of their own for what must not disturb each other."""

import hashlib
import uuid

from .api import API
from .database import ask, role_url


def tenants(stack, count):
    """So many new tenants; each is an `API` with a key that may everything, and knows its `tenant`."""
    made = [(f"t-{uuid.uuid4().hex[:12]}", uuid.uuid4().hex) for _ in range(count)]
    rows = ", ".join(f"('{hashlib.sha256(key.encode()).hexdigest()}', '{name}', 'test', '{{admin}}', now())" for name, key in made)
    done = ask(
        role_url(stack.parts()["gateway"]), f"INSERT INTO gateway.api_keys (hash, tenant, name, roles, created_at) VALUES {rows}")
    if done.returncode != 0:
        raise AssertionError(f"no tenants: {done.stderr}")
    return [API(stack.api, key, tenant=name) for name, key in made]
