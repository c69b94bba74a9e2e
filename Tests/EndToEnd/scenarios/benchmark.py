"""The benchmark goes through all of its workloads on a stack of its own: nothing is lost, nothing is done twice."""

import json
import os
import subprocess
import tempfile

from harness.stack import ROOT, Stack

WORKLOADS = ["W1a", "W1b", "W2", "W3", "W4", "W5", "W6", "W7", "W8"]
SETTINGS = {"CADENZA_GATEWAY_RATE": "100000", "CADENZA_GATEWAY_BURST": "100000"}


def run(_):
    """Small sizes and whatever build is there: how fast it is does not matter here."""
    with Stack("benchmark", environment=SETTINGS) as stack, tempfile.NamedTemporaryFile() as file:
        build = stack.environment.get("CADENZA_LOCAL_BUILD", "debug")
        command = [ROOT / ".build" / build / "cadenza-bench", "--quick", "--run", stack.run, "--build", build, "--json", file.name]
        given = {**os.environ, **SETTINGS, **stack.given, "CADENZA_BENCH_STACK": " ".join(stack.base)}
        done = subprocess.run(command, cwd=ROOT, env=given, text=True, capture_output=True, timeout=400, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        figures = json.loads(open(file.name, encoding="utf-8").read())
        missing = [name for name in WORKLOADS if not figures.get(name)]
        assert not missing and not figures["faults"], (missing, figures["faults"])
        aims = [f for name in WORKLOADS for f in figures[name].values() if "aim" in f]
        return f"{len(WORKLOADS)} workloads, {len(aims)} figures with aims"
