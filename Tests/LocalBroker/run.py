#!/usr/bin/env python3
"""Conformance suite of the local broker, driven by the official clients.

    python Tests/LocalBroker/run.py [--quick | --full] [--only WORDS] [--program PATH]
    python Tests/LocalBroker/run.py --bootstrap HOST:PORT      # any Kafka; leaves out what would harm or need our own

Needs confluent-kafka and aiokafka, and kcat on the path. Build the broker first: swift build --product local-broker.
"""

import argparse
import sys
import time
import traceback

import cases_messages  # noqa: F401
import cases_waiting  # noqa: F401
import cases_admin  # noqa: F401
import cases_groups  # noqa: F401
import cases_crash  # noqa: F401
import cases_keeping  # noqa: F401
from suite import CASES, ROOT, Broker, Context, Failure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", help="a broker to test in place of our own")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="few repeats; the default")
    size.add_argument("--full", action="store_true", help="20 rounds of group churn, 50 kills, 40 power cuts")
    parser.add_argument("--only", default="", help="only the cases whose name holds these words")
    parser.add_argument("--program", default=str(ROOT / ".build/debug/local-broker"))
    options = parser.parse_args()

    broker = None if options.bootstrap else Broker(options.program)
    context = Context(options.bootstrap or broker.bootstrap, broker, options.program, options.full)
    passed = failed = 0
    begin = time.monotonic()
    try:
        for name, own_broker, body in CASES:
            if options.only not in name or (own_broker and options.bootstrap):
                continue
            start = time.monotonic()
            try:
                note = body(context)
                passed += 1
                print(f"ok    {time.monotonic() - start:6.1f} s  {name}" + (f" ({note})" if note else ""), flush=True)
            except Exception as error:
                failed += 1
                print(f"FAIL  {time.monotonic() - start:6.1f} s  {name}: {error}", flush=True)
                if not isinstance(error, Failure):
                    traceback.print_exc()
            if broker and not broker.alive:
                print(f"the broker ended: {broker.log_text[-2000:]}", flush=True)
                failed += 1
                break
    finally:
        if broker:
            broker.discard()
    print(f"{passed} passed, {failed} failed in {time.monotonic() - begin:.0f} s")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
