#!/usr/bin/env python3
"""Proves that the simulation finds bugs: plants each defect of defects.tsv in a copy of the sources and plays seeds.

`defects.py` copies the working tree to .build/defects, weaves all defects in, each behind a switch, builds once and
plays with one switch on at a time. Each must be caught within --seeds seeds; the first that caught it is printed.
`--weave` only weaves, in the present directory; `--binary` only plays, with a program that is woven already.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SWITCH = """import Glibc

private let switched = getenv("CADENZA_DEFECT").map { String(cString: $0) }

/// Whether this planted defect is switched on.
public func defect(_ name: String) -> Bool { name == switched }
"""


def defects():
    """The lines of the table."""
    lines = (HERE / "defects.tsv").read_text().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def weave(root):
    """Plants all of them below `root`."""
    (root / "Shared/Core/Defect.swift").write_text(SWITCH)
    for name, file, before, after in defects():
        path = root / file
        text = path.read_text()
        if text.count(before) != 1:
            sys.exit(f"{name}: {file} has {text.count(before)} places like {before!r}; expected one")
        text = text.replace(before, after)
        if not re.search(r"^(public |package )?import Core$", text, re.MULTILINE):
            text = "import Core\n" + text
        path.write_text(text)


def copy(folder):
    """The tracked and added files."""
    files = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    for name in filter(None, files.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(name, folder / name)


def build():
    """A copy, woven and built; gives the program. Optimised: it is to play many seeds."""
    folder = Path(".build/defects")
    copy(folder)
    weave(folder)
    subprocess.run(["swift", "build", "-c", "release", "--product", "simulation"], cwd=folder, check=True)
    return folder / ".build/release/simulation"


def main():
    """Plays every defect; fails when one is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=2000)
    options.add_argument("--weave", action="store_true")
    options.add_argument("--binary")
    options.add_argument("--only")
    options = options.parse_args()
    if options.weave:
        return weave(Path("."))
    program = str(options.binary or build())
    missed = []
    for name, *_ in defects():
        if options.only and options.only != name:
            continue
        environment = dict(os.environ, CADENZA_DEFECT=name)
        command = [program, "--from", "1", "--seeds", str(options.seeds), "--unshrunk"]
        run = subprocess.run(command, env=environment, capture_output=True, text=True)
        caught = re.search(r"FAILED: simulation --seed (\d+).*\n(.*)", run.stdout)
        if caught:
            print(f"{name}: caught by seed {caught[1]}: {caught[2].strip()[:160]}", flush=True)
        else:
            missed.append(name)
            print(f"{name}: MISSED by {options.seeds} seeds (exit {run.returncode})", flush=True)
    sys.exit(f"missed: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
