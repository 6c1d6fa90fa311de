"""A throw-away PostgreSQL cluster, on a socket in a folder of its own: no port, no password."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")


class Cluster:
    """A running cluster; `template` is the database that new ones are copied from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def new_database(self, template: str = "template1") -> str:
        self._made += 1
        name = f"candlewire{self._made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"'.encode())
        return name

    def drop(self, database: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """Skips where there is no PostgreSQL; in CI that is a failure."""
    programs = _programs()
    if programs is None:
        _unavailable("PostgreSQL is not installed (apt install postgresql)")
        return
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _hand_over(folder)
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c shared_buffers=16MB"
        start = ("-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        _run(programs / "pg_ctl", *start)
        try:
            yield Cluster(folder)
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _programs() -> Path | None:
    newest_first = sorted(DEBIAN.glob("*/bin"), reverse=True) if DEBIAN.is_dir() else []
    on_path = shutil.which("pg_ctl")
    candidates = [*newest_first, *([Path(on_path).parent] if on_path else [])]
    return next((path for path in candidates if (path / "initdb").exists()), None)


def _unavailable(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _as_whom() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    for name in UNPRIVILEGED:
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run(["id", name], check=True, capture_output=True)
            return ["runuser", "-u", name, "--"]
    _unavailable("PostgreSQL does not run as root, and there is no other user")
    return []


def _hand_over(folder: Path) -> None:
    if who := _as_whom():
        shutil.chown(folder, user=who[2])
        folder.chmod(0o755)


def _run(*command: object) -> None:
    words = [*_as_whom(), *map(str, command)]
    done = subprocess.run(words, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
