"""The servers below the services: Postgres, Redis, the broker, and the stand-in for a language model."""

import os
import signal
import struct
import subprocess
import sys

from . import part, place, processes
from .settings import ROOT, SERVICES


class Postgres(part.Part):
    """PostgreSQL with pgvector, on loopback, with one schema and one role for each service."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint

    def __init__(self, settings):
        super().__init__(settings)
        self.user = place.postgres_user()
        self.tree = place.postgres_tree(settings, self.user)
        self.home = place.postgres_home(settings, self.user)
        self.data = self.home / "data"

    def ports(self):
        return ["postgres"]

    def arguments(self):
        port = self.settings.port("postgres")
        options = {
            "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.home,
            "max_connections": 900, "shared_buffers": "256MB", "log_min_duration_statement": "1000",
        }
        return [self.tree / "bin/postgres", "-D", self.data] + [f"--{k}={v}" for k, v in options.items()]

    def prepare(self):
        if (self.data / "PG_VERSION").exists():
            return
        secret = self.home / "superuser"
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self.settings.secret("postgres"))
        if self.user is not None:
            os.chown(secret, self.user.pw_uid, self.user.pw_gid)
        made = self._run([
            "bin/initdb", "-D", self.data, "-U", "cadenza", "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8",
            "--locale=C.UTF-8"])
        secret.unlink()
        if made.returncode != 0:
            sys.exit(f"initdb failed:\n{made.stdout}{made.stderr}")

    def healthy(self):
        return self._sql("SELECT 1", database="postgres").returncode == 0

    def finish(self):
        # "tests" is where tests make schemas and roles of their own; the walls of "cadenza" do not stand there.
        there = self._sql("SELECT datname FROM pg_database", database="postgres").stdout.split()
        for name in ("cadenza", "tests"):
            if name not in there:
                self._expect(f"CREATE DATABASE {name}", database="postgres")
        self._expect(self._walls())

    def url(self, service):
        """The address of the database for one service's role."""
        role = SERVICES[service]
        return f"postgres://{role}:{self.settings.secret(f'postgres-{role}')}@{self.where()}/cadenza"

    def test_url(self):
        """The address of the tests' database, for the superuser."""
        return f"postgres://cadenza:{self.settings.secret('postgres')}@{self.where()}/tests"

    def _walls(self):
        """Each role owns one schema and can see no other; `public` holds nothing but the extension's types."""
        lines = [
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC;", "REVOKE ALL ON DATABASE cadenza FROM PUBLIC;",
            "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;"]
        for service, role in SERVICES.items():
            secret = self.settings.secret(f"postgres-{role}")
            lines += [
                f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
                f"ALTER ROLE {role} PASSWORD '{secret}';",
                f"GRANT CONNECT, TEMPORARY ON DATABASE cadenza TO {role};",
                f"CREATE SCHEMA IF NOT EXISTS {role} AUTHORIZATION {role};",
                f"ALTER ROLE {role} SET search_path = {role}, public;",
            ]
        return "SET client_min_messages = warning; " + "\n".join(lines)

    def _expect(self, sql, database="cadenza"):
        done = self._sql(sql, database)
        if done.returncode != 0:
            sys.exit(f"Postgres refused its set-up: {done.stderr}")

    def _sql(self, sql, database="cadenza"):
        environment = {
            "PGPASSWORD": self.settings.secret("postgres"), "PGCONNECT_TIMEOUT": "2", "PATH": os.environ["PATH"]}
        arguments = ["-h", "127.0.0.1", "-p", self.settings.port("postgres"), "-U", "cadenza", "-d", database]
        return self._run(["bin/psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1"] + arguments, environment, sql)

    def _run(self, command, environment=None, given=""):
        identity = {}
        if self.user is not None:
            identity = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.run(
            [str(self.tree / command[0])] + [str(a) for a in command[1:]], env=environment or part.plain_environment(),
            input=given, capture_output=True, text=True, cwd="/", check=False, **identity)


class Redis(part.Part):
    """Redis, in memory only: nothing in it is the truth about anything."""

    name = "redis"

    def ports(self):
        return ["redis"]

    def arguments(self):
        return [
            "/usr/bin/redis-server", "--port", self.settings.port("redis"), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru", "--daemonize", "no",
            "--dir", self.settings.run]

    def healthy(self):
        return part.exchange(self.settings.port("redis"), b"PING\r\n").startswith(b"+PONG")

    def url(self):
        """The address for the services."""
        return f"redis://127.0.0.1:{self.settings.port('redis')}"


class Broker(part.Part):
    """The local broker: the Kafka protocol on one machine, durable before it acknowledges."""

    name = "local-broker"

    def ports(self):
        return ["broker"]

    def arguments(self):
        return [self.settings.binaries / "local-broker"]

    def environment(self):
        return {
            **part.plain_environment(),
            "CADENZA_BROKER_LISTEN": self.address(),
            "CADENZA_BROKER_DATA": str(self.settings.run / "broker"),
        }

    def prepare(self):
        (self.settings.run / "broker").mkdir(parents=True, exist_ok=True)
        require_binary(self.arguments()[0])

    def healthy(self):
        # ApiVersions v0, correlation id 7, client id "stack"; the answer repeats the correlation id.
        body = struct.pack(">hhih", 18, 0, 7, 5) + b"stack"
        answer = part.exchange(self.settings.port("broker"), struct.pack(">i", len(body)) + body)
        return len(answer) >= 8 and struct.unpack(">i", answer[4:8])[0] == 7

    def address(self):
        """The bootstrap address."""
        return f"127.0.0.1:{self.settings.port('broker')}"


class Example(part.Part):
    """A server of examples/, written in Python."""

    def ports(self):
        return [self.name]

    def arguments(self):
        program = ROOT / "examples" / self.name / self.name
        python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
        return [python, program, "--port", self.settings.port(self.name)]

    def healthy(self):
        return part.answers(f"http://{self.where()}/healthz")

    def fingerprint(self):
        sources = sorted((ROOT / "examples" / self.name).rglob("*.py")) + [self.arguments()[1]]
        stamps = [s.stat().st_mtime_ns for s in sources if s.exists()]
        return processes.fingerprint(self.arguments() + stamps, self.surroundings())


class ModelServer(Example):
    """The stand-in for a language model."""

    name = "model-server"

    def url(self):
        """The base address of the OpenAI-compatible API."""
        return f"http://{self.where()}/v1"


class HTTPSink(Example):
    """The counting receiver to which the example claims publish their reports."""

    name = "http-sink"

    def arguments(self):
        return super().arguments() + ["--file", self.settings.run / "http-sink.jsonl"]


def require_binary(path):
    """Ends with a hint when a program has not been built."""
    if not path.exists():
        sys.exit(f"\n{path} is not there. Run: make build")
