"""The seven services, each with its own database role, admin port and environment."""

from . import part, servers


class Service(part.Part):
    """One instance of a service; the second instance of one is called "orchestrator-2" and so on."""

    def __init__(self, settings, program, instance, below):
        self.program = program
        self.instance = instance
        self.name = program if instance == 1 else f"{program}-{instance}"
        super().__init__(settings)
        self.below = below

    def ports(self):
        own = [f"{self.program}-admin"]
        return (["gateway"] if self.program == "gateway" else []) + own if self.instance == 1 else []

    def admin_port(self):
        """Further instances sit twenty ports apart."""
        return self.settings.port(f"{self.program}-admin") + 20 * (self.instance - 1)

    def arguments(self):
        return [self.settings.binaries / self.program]

    def environment(self):
        postgres, redis, broker, model = (self.below[k] for k in ("postgres", "redis", "broker", "model"))
        given = {
            "CADENZA_KAFKA_BOOTSTRAP": broker,
            "CADENZA_POSTGRES_URL": postgres.url(self.program),
            "CADENZA_REDIS_URL": redis,
            "CADENZA_OBJECTS": f"file://{self.settings.run}/objects",
            "CADENZA_TENANT_DEFAULT": "demo",
        }
        if self.program == "agent-worker":
            given |= {
                "CADENZA_LLM_BASE_URL": model, "CADENZA_LLM_API_KEY": "none", "CADENZA_LLM_MODEL": "cadenza-rules"}
        if self.program == "gateway":
            given["CADENZA_GATEWAY_BOOTSTRAP_KEY"] = self.settings.secret("api-key")
        given |= self.settings.passed_on()
        given["CADENZA_POSTGRES_URL"] = postgres.url(self.program)
        given["CADENZA_KAFKA_INSTANCE"] = self.name
        given["CADENZA_ADMIN_LISTEN"] = f"127.0.0.1:{self.admin_port()}"
        if self.program == "gateway":
            given["CADENZA_HTTP_LISTEN"] = f"127.0.0.1:{self.settings.port('gateway') + 20 * (self.instance - 1)}"
        return {**part.plain_environment(), **given}

    def prepare(self):
        servers.require_binary(self.arguments()[0])
        (self.settings.run / "objects").mkdir(parents=True, exist_ok=True)

    def healthy(self):
        return part.answers(f"http://127.0.0.1:{self.admin_port()}/readyz")

    def where(self):
        admin = f"admin 127.0.0.1:{self.admin_port()}"
        if self.program != "gateway":
            return admin
        return f"API http://127.0.0.1:{self.settings.port('gateway') + 20 * (self.instance - 1)}, {admin}"
