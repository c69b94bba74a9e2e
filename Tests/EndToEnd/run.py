#!/usr/bin/env python3
"""The whole product, attacked: real processes, real servers, the example claims, and counters that cannot lie.

  run.py                 the quick form that CI runs
  run.py --full          200 claims in every scenario and a broker outage of 20 s
  run.py NAME…           only these scenarios
"""

import argparse
import importlib
import pathlib
import sys
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

SCENARIOS = [
    "traces", "isolation", "command_line", "language", "bad_input", "dead_letters", "kill_each_service", "effects",
    "shared_load", "outages", "chaos", "auditor", "benchmark",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SCENARIOS))
    parser.add_argument("--full", action="store_true", help="the long form")
    parser.add_argument("--claims", type=int, help="claims in each scenario (quick: 60, full: 200)")
    parser.add_argument("--outage", type=float, help="seconds without a broker (quick: 5, full: 20)")
    parser.add_argument("--minutes", type=float, help="how long chaos breaks things (without: a quick form)")
    options = parser.parse_args()
    options.claims = options.claims or (200 if options.full else 60)
    options.outage = options.outage or (20 if options.full else 5)
    unknown = sorted(set(options.names) - set(SCENARIOS))
    if unknown:
        parser.error(f"no scenario is called {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    passed = failed = 0
    for name in options.names or SCENARIOS:
        print(f"◇ {name} ({options.claims} claims)", flush=True)
        start = time.monotonic()
        try:
            told = importlib.import_module(f"scenarios.{name}").run(options)
            passed += 1
            print(f"✔ {name}: {told} [{time.monotonic() - start:.0f} s]", flush=True)
        except Exception:  # the next scenario is to run whatever this one met
            failed += 1
            traceback.print_exc(file=sys.stdout)
            print(f"✘ {name} [{time.monotonic() - start:.0f} s]", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
