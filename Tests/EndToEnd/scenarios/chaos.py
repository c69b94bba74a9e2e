"""Everything breaks, by a seed, under load: connections, processes, clocks, the disk. Then everything is accounted for."""

import json
import os
import random
import threading
import time

from chaos import accounts, breaker, claims, orders, plan, rig, supervisor, view
from harness.counterparts import Counterparts
from harness.stack import ROOT
from harness.tenants import tenants

SETTINGS = {
    "CADENZA_EFFECT_RULES": json.dumps(orders.RULES), "CADENZA_WORKER_LEASE": "PT5S", "CADENZA_WORKER_CONCURRENCY": "8"}


def run(options):
    """`--minutes` makes it the long form; CADENZA_SEED chooses what is broken."""
    seed = int(os.environ.get("CADENZA_SEED") or random.randrange(1 << 30))
    long, disk = bool(options.minutes), bool(options.minutes) and rig.with_mounts()
    seconds = 60 * options.minutes if long else 22
    others = Counterparts(0.2)
    kept = ROOT / f".build/chaos/{seed}"
    sight = view.View(kept / "chaos.log", seconds)
    try:
        with rig.Rig("chaos", SETTINGS, disk, kept) as stack:
            kinds = left_out(long, disk, stack.links.clocks)
            faults = plan.draw(seed, seconds, kinds) if long else plan.quick(seed)
            print(f"  seed {seed}: {len(faults)} faults in {seconds:.0f} s; what was done when is in {sight.path}", flush=True)
            sight.log(f"seed {seed}, {options.minutes} minutes")
            told = play(stack, others, faults, seconds, sight, long)
        return f"seed {seed}: {told}"
    finally:
        others.close()


def left_out(long, disk, clocks):
    """The kinds of faults that can be made here; says which cannot."""
    kinds = set(plan.KINDS)
    if long and not disk:
        print("  skipped: the disk is never full, since nothing may be mounted here (neither as root nor by unshare)")
        kinds.discard("full")
    if long and not clocks:
        print("  skipped: clocks are not stepped, since harness/clock.c could not be compiled")
        kinds.discard("clock")
    return frozenset(kinds)


def play(stack, others, faults, seconds, sight, long):
    """Load and faults side by side, then quiet, then the accounts."""
    buyers = orders.Orders(tenants(stack, 1)[0], others, 60 if long else 24, lambda: stack.ask(accounts.FAR))
    insured = claims.Claims(stack, 12 if long else 6)
    watch = supervisor.Supervisor(stack, sight.log)
    acts = breaker.Breaker(stack, watch, sight.log)
    threads = [threading.Thread(target=one.run, daemon=True) for one in (buyers, insured)]
    for thread in threads:
        thread.start()
    breaking = threading.Thread(target=acts.run, args=(faults, seconds), daemon=True)
    breaking.start()
    while breaking.is_alive():
        sight.show(f"{len(buyers.accepted)} orders, {buyers.paid()} paid, {insured.count} claims · {', '.join(acts.now) or 'all is well'}")
        time.sleep(0.5)
    for one in (buyers, insured):
        one.ends.set()
    sight.log("all is healed")
    ill = watch.settle(120)
    for thread in threads:
        while thread.is_alive():
            sight.show("the last requests")
            thread.join(0.5)
    book = accounts.Accounts(stack, buyers, insured)
    book.line("faults", f"{sum(acts.counts.values())} {dict(acts.counts)}", "; ".join(acts.failures[:3]))
    book.line("ended by themselves", dict(watch.died) or 0)
    book.line("ready by themselves within 120 s", "all" if not ill else "not all", ", ".join(ill))
    try:
        book.catch_up()
        book.drain(120, sight.show)
        book.causes()
        book.decide(120)
    except AssertionError as error:
        book.line("the end", "", str(error))
    book.settle()
    sight.table(book.lines)
    if book.faults():
        raise AssertionError(f"{len(book.faults())} of {len(book.lines)} accounts do not hold; the log is {sight.path}")
    return f"{sum(acts.counts.values())} faults, {len(buyers.accepted)} orders, {insured.count} claims: all accounted for"
