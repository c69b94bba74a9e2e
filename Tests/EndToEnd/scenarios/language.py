"""The workflow language through the real services: the specification's kit and our own scenarios tagged `@services`."""

import concurrent.futures

from harness import features, petstore
from harness.api import API
from harness.player import Player, pause_for
from harness.stack import ROOT, Stack

KIT = ROOT / "Tests/Conformance/upstream/features"
OWN = ROOT / "Tests/Conformance/features"
# These wait for something: they are played once more, and the orchestrator is killed meanwhile.
RESTARTED = {"time.feature", "subworkflows.feature"}


def run(options):
    """Every scenario of the kit, and ours that are tagged, one beside the other; then those with restarts one by one."""
    chosen = [s for path in sorted(KIT.glob("*.feature")) for s in features.scenarios(path)]
    kit = len(chosen)
    assert kit == 21, f"the kit has 21 scenarios, {kit} are in {KIT}"
    chosen += [s for path in sorted(OWN.glob("*.feature")) for s in features.scenarios(path) if "services" in s.tags]
    stub = petstore.start()
    with Stack("language") as stack:
        api = API(stack.api, stack.key)

        def play(scenario, restarts=False):
            player = Player(api, stub, lambda: pause_for(stack, "orchestrator"))
            player.restarts = restarts
            missing = player.knows(scenario)
            if missing:
                return f"{scenario}, line {missing.line}: no words for: {missing.text}"
            try:
                player.play(scenario)
            except (AssertionError, SystemError) as error:
                return str(error)
            return None

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            faults = list(pool.map(play, chosen))
        alone = [s for s in chosen if s.file in RESTARTED]
        faults = [f for f in faults + [play(s, restarts=True) for s in alone] if f]
        if faults:
            raise AssertionError(f"{len(faults)} of {len(chosen)} scenarios:\n  " + "\n  ".join(faults))
        assert len(chosen) > kit, f"no scenario in {OWN} is tagged @services"
        return f"{kit} scenarios of the kit and {len(chosen) - kit} of ours, {len(alone)} of them with the orchestrator killed"
