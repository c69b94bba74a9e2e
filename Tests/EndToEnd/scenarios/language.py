"""The workflow language through the real services: the specification's kit and our own scenarios tagged `@services`."""

import concurrent.futures
import os
import pathlib
import subprocess
import tempfile
import threading
import time

from confluent_kafka.admin import AdminClient, NewTopic
from harness import features, internet, yaml12
from harness.pace import Pace
from harness.player import Missed, Player
from harness.stack import ROOT, Stack, free_port
from harness.tenants import tenants
from harness.topics import Topics

KIT = ROOT / "Tests/Conformance/upstream/features"
OWN = ROOT / "Tests/Conformance/features"
# Seconds; it is to get somewhere in between.
BETWEEN_KILLS = 2
# So many at a time: most only wait.
WIDTH = int(os.environ.get("CADENZA_TEST_WIDTH", "24"))


class World:
    """What all scenarios share: the stack, the servers that they call, the topics, and who kills the orchestrator."""

    def __init__(self, stack, topics, address):
        self.stack, self.topics, self.internet = stack, topics, address
        self.lock, self.killed, self.kills = threading.Lock(), 0.0, 0

    def restart(self):
        """Kills the orchestrator and starts it again; tells when. Those who ask while one is due share it."""
        asked = time.time()
        with self.lock:
            if self.killed < asked:
                time.sleep(max(0, self.killed + BETWEEN_KILLS - asked))
                self.killed, self.kills = time.time(), self.kills + 1
                self.stack.kill("orchestrator")
                self.stack.start("orchestrator")
            return self.killed


def run(options):
    """All scenarios without restarts, one beside the other; then those in whose middle the orchestrator is killed."""
    chosen = choose(os.environ.get("CADENZA_TEST_SCENARIOS"))
    with tempfile.TemporaryDirectory() as folder, broker(pathlib.Path(folder)) as kafka:
        keep_secrets(chosen, pathlib.Path(folder) / "secrets")
        given = {"CADENZA_SECRETS_DIR": f"{folder}/secrets", "CADENZA_ASYNCAPI_KAFKA": kafka}
        with Stack("language", environment=given) as stack, Topics(stack.bootstrap) as topics:
            world = World(stack, topics, internet.start(kafka))
            calm = [s for s in chosen if not restarts(s)]
            rough = [s for s in chosen if restarts(s)]
            faults = play(world, calm) + play(world, rough)
            if faults:
                raise AssertionError(f"{len(faults)} of {len(chosen)} scenarios:\n  " + "\n  ".join(faults))
            kit = sum(s.folder == KIT for s in chosen)
            return (
                f"{kit} scenarios of the kit and {len(chosen) - kit} of ours, {len(rough)} of them with the orchestrator "
                f"killed in their middle, {world.kills} times")


def choose(wanted):
    """The kit's scenarios and ours that are tagged, longest first; or those whose names hold a text, tagged or not."""
    kit = [s for path in sorted(KIT.glob("*.feature")) for s in features.scenarios(path)]
    assert len(kit) == 21, f"the kit has 21 scenarios, {len(kit)} are in {KIT}"
    own = [s for path in sorted(OWN.glob("*.feature")) for s in features.scenarios(path)]
    chosen = [s for s in kit + own if wanted in str(s)] if wanted else kit + [s for s in own if "services" in s.tags]
    assert wanted or len(chosen) > len(kit), f"no scenario in {OWN} is tagged @services"
    return sorted(chosen, key=lambda s: -Pace(s).length)


def restarts(scenario):
    """Whether a step of it kills the orchestrator."""
    return any("engine is restarted" in step.text for step in scenario.steps)


def play(world, scenarios, tries=3):
    """Plays them side by side, each in a tenant of its own; what went wrong. Some may be missed, and are played again."""
    def one(scenario, api):
        try:
            player = Player(api, scenario, world)
            if player.pace.length > 90:
                return f"{scenario}: takes {player.pace.length} s"
            if missing := player.unknown():
                return f"{scenario}, line {missing.line}: no words for: {missing.text}"
            player.play()
            return None
        except AssertionError as error:
            return error
        except Exception as error:  # the others are to be played whatever this one met
            return f"{scenario}: {error!r}"

    if not scenarios:
        return []
    with concurrent.futures.ThreadPoolExecutor(WIDTH) as pool:
        faults = list(pool.map(one, scenarios, tenants(world.stack, len(scenarios))))
    again = [s for s, fault in zip(scenarios, faults) if isinstance(fault, Missed) and tries > 1]
    return [str(f) for s, f in zip(scenarios, faults) if f and s not in again] + play(world, again, tries - 1)


def keep_secrets(scenarios, folder):
    """The scenarios' secrets as files; the same name has the same value everywhere."""
    folder.mkdir()
    for step in (s for scenario in scenarios for s in scenario.steps if s.text == "the secrets are:"):
        for name, value in yaml12.read(step.document).items():
            path = folder / name
            assert not path.exists() or path.read_text() == str(value), f"two secrets are called {name}"
            path.write_text(str(value))


class broker:
    """A broker that is not the platform's, for what `asyncapi` publishes."""

    def __init__(self, folder):
        self.address = f"127.0.0.1:{free_port()}"
        self.environment = {**os.environ, "CADENZA_BROKER_LISTEN": self.address, "CADENZA_BROKER_DATA": str(folder / "broker")}
        (folder / "broker").mkdir()

    def __enter__(self):
        self.process = subprocess.Popen(
            [ROOT / ".build/debug/local-broker"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        admin = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
        admin.create_topics([NewTopic("greetings", 1, 1)])["greetings"].result(30)
        return self.address

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
