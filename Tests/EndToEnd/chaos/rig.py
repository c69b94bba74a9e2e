"""The stack with what breaks it: links that can be spoiled, clocks that can be stepped, a disk that can be full."""

import os
import pathlib
import shutil
import subprocess
import sys

from harness import database
from harness.links import Links
from harness.stack import ROOT, Stack

from .plan import PARTS, SCALE

ROOM = 3 << 30


def with_mounts():
    """Starts this program anew where it may mount, in a mount namespace that ends with it; False when that cannot be."""
    if os.environ.get("CADENZA_TEST_MOUNTS"):
        return True
    rights = ["--propagation", "private"] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    command = ["unshare", "--mount", *rights]
    probe = [*command, "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
            return False
    except OSError:
        return False
    sys.stdout.flush()
    os.execvpe(command[0], [*command, sys.executable, *sys.argv], {**os.environ, "CADENZA_TEST_MOUNTS": "1"})


class Rig(Stack):
    """Two orchestrators and two agent workers, each part with links and a clock of its own."""

    def __init__(self, name, settings, disk, kept):
        """`kept` is where the services' logs go in the end."""
        super().__init__(name, SCALE, settings)
        self.links, self.watch, self.disk = None, None, None
        self.wants_disk, self.kept = disk, kept

    def prepare(self):
        """The disk for Postgres, the servers, then the links that lead to them."""
        if self.wants_disk:
            self.disk = self._mount()
        self._call("servers-only")
        self.links = Links(self, PARTS)

    def __exit__(self, *error):
        if self.watch is not None:
            self.watch.close()
        shutil.copytree(self.run / "logs", self.kept, dirs_exist_ok=True)
        super().__exit__(*error)
        if self.links is not None:
            self.links.close()
        if self.disk is not None:
            subprocess.run(["umount", "--lazy", self.disk], check=False)

    def backends(self):
        """Postgres' processes; the first one is the parent of all."""
        parent = self.pid("postgres")
        if parent is None:
            return []
        children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [parent] + [int(child) for child in children]

    def ask(self, statement):
        """What Postgres answers to a question about all schemas, or why it does not."""
        done = database.ask(self.superuser.rpartition("/")[0] + "/cadenza?connect_timeout=5", statement)
        return (done.stdout if done.returncode == 0 else done.stderr).strip()

    def set_clocks(self, service, seconds):
        """Puts the clocks of all of a service's processes so far from the truth."""
        for part in PARTS:
            if part.startswith(service):
                self.links.set_clock(part, seconds)

    def fill(self):
        """Leaves no room on Postgres' disk. What is written meanwhile makes the limit too low: tried again."""
        for _ in range(20):
            facts = os.statvfs(self.disk)
            if self._resize((facts.f_blocks - facts.f_bfree) * facts.f_frsize):
                return
        raise OSError("the disk cannot be filled")

    def empty(self):
        """Gives Postgres' disk its room back."""
        if not self._resize(ROOM):
            raise OSError("the disk stays full")

    def _mount(self):
        """Memory with a limit, where the stack will put Postgres' data."""
        sys.path.insert(0, str(ROOT / "docker/local"))
        from machine import place, settings
        chosen = settings.Settings(str(self.run), True)
        user = place.postgres_user()
        home = place.postgres_home(chosen, user)
        owner = f",uid={user.pw_uid},gid={user.pw_gid}" if user else ""
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0700{owner}", "cadenza-chaos", home], check=True)
        return home

    def _resize(self, size):
        command = ["mount", "-o", f"remount,size={size}", self.disk]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
