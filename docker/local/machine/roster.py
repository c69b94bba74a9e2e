"""Who belongs to the stack, in the order of starting."""

from . import servers, services
from .settings import SERVICES


class Roster:
    """All parts of one run; what the environment names as somebody else's is left out."""

    def __init__(self, settings, servers_only=False, scale=None):
        self.settings = settings
        self.postgres = servers.Postgres(settings)
        self.redis = servers.Redis(settings)
        self.broker = servers.Broker(settings)
        self.model = servers.ModelServer(settings)
        self.sink = servers.HTTPSink(settings)
        self.parts = [self.postgres]
        if not settings.outside("CADENZA_REDIS_URL"):
            self.parts.append(self.redis)
        if not settings.outside("CADENZA_KAFKA_BOOTSTRAP"):
            self.parts.append(self.broker)
        if servers_only:
            return
        if not settings.outside("CADENZA_LLM_BASE_URL"):
            self.parts.append(self.model)
        self.parts.append(self.sink)
        below = {
            "postgres": self.postgres, "redis": self.redis.url(), "broker": self.broker.address(),
            "model": self.model.url()}
        for program in SERVICES:
            for instance in range(1, (scale or {}).get(program, 1) + 1):
                self.parts.append(services.Service(settings, program, instance, below))

    def named(self, names):
        """The parts with these names, or all."""
        known = {p.name: p for p in self.parts}
        unknown = [n for n in names if n not in known]
        if unknown:
            raise SystemExit(f"No part is called {', '.join(unknown)}. There are: {', '.join(known)}.")
        return [known[n] for n in names] if names else self.parts

    def test_environment(self):
        """What the integration tests read."""
        return {
            "CADENZA_TEST_POSTGRES_URL": self.postgres.test_url(),
            "CADENZA_TEST_KAFKA_BOOTSTRAP": self.settings.outside("CADENZA_KAFKA_BOOTSTRAP") or self.broker.address(),
            "CADENZA_TEST_REDIS_URL": self.settings.outside("CADENZA_REDIS_URL") or self.redis.url(),
        }
