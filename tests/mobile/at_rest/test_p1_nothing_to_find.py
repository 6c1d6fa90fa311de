"""P1: after a day of use nothing of anybody is in any file that the phone's program has written."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.mobile.at_rest.life import PRESSES, UNLOCK, planted
from tests.mobile.office import TOKEN, Office
from tests.soak.canaries import Canary, found_in

ROOT = Path(__file__).parents[3]
SEED = 11


def contents(folder: Path) -> list[bytes]:
    """Every file but the key's own, which a phone keeps in its hardware."""
    found = []
    for path in sorted(folder.rglob("*")):
        # The phone is alive: what it is about to rename is read under its new name.
        with suppress(FileNotFoundError, IsADirectoryError):
            found += [path.read_bytes()] if "keys" not in path.parts else []
    return found


def searched(office: Office, folder: Path, *more: str) -> tuple[list[Canary], list[bytes]]:
    """What a search finds while the phone runs, online and offline, and after it was killed."""
    for name in ("home", "tmp", "phone"):
        (folder / name).mkdir(parents=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SDL_VIDEODRIVER": "offscreen",
    }
    secrets = planted(SEED)
    arguments = [str(SEED), str(folder / "phone"), office.url, *more]
    found: set[Canary] = set()
    with (folder / "said").open("wb") as said:
        phone = subprocess.Popen(
            [sys.executable, "-m", "tests.mobile.at_rest.life", *arguments],
            cwd=folder / "tmp",
            env=environment,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        assert phone.stdout is not None
        try:
            for state in ("online", "offline"):
                assert phone.stdout.readline().decode().strip() == state, (
                    folder / "said"
                ).read_text("utf-8", "replace")[-3000:]
                found.update(found_in(secrets.canaries, contents(folder)))
        finally:
            phone.kill()
            phone.communicate()
    left = contents(folder)
    return [*found.union(found_in(secrets.canaries, left))], left


def test_a_search_of_the_phone_finds_nobody(office: Office, tmp_path: Path) -> None:
    found, left = searched(office, tmp_path)
    assert found == []
    assert len(office.alerts) == PRESSES + 1
    assert len(office.codes) == 2
    assert not [content for content in left if TOKEN in content or UNLOCK.encode() in content]
    kept = {path.name for path in (tmp_path / "phone" / "state").iterdir()}
    assert kept == {"outbox", "outbox-shm", "outbox-wal", "private", "vault"}
    assert [*(tmp_path / "home").iterdir(), *(tmp_path / "tmp").iterdir()] == []


def test_the_same_search_finds_them_where_nothing_is_sealed(office: Office, tmp_path: Path) -> None:
    found, _ = searched(office, tmp_path, "--unsealed")
    secrets = planted(SEED)
    # The place of the last call lies with the one press that is not made.
    assert len(found) >= len(secrets.canaries) * 0.95


@pytest.mark.parametrize("kind", ["name", "number", "place"])
def test_every_kind_is_among_what_was_planted(kind: str) -> None:
    assert sum(canary.kind == kind for canary in planted(SEED).canaries) == 20
