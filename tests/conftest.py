"""The world that stories play in, on SQLite and, where a story asks for it, on PostgreSQL too."""

import shutil
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server import migrations
from server.db import Database
from tests.support.postgres import Cluster, cluster
from tests.support.stage import Stage
from tests.support.waiting import PATIENCE
from tests.support.world import World

FAILED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    expect.set_options(timeout=PATIENCE * 1000)
    config.addinivalue_line("markers", "everywhere: runs on SQLite and on PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("everywhere"):
        metafunc.parametrize("engine", ["sqlite", "postgresql"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Cluster) -> str:
    """The name of a database with every table, to copy others from."""
    name = postgres.new_database()
    _migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "candlewire.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for the test, with every table."""
    if engine == "sqlite":
        path = tmp_path / "candlewire.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    running: Cluster = request.getfixturevalue("postgres")
    name = running.new_database(request.getfixturevalue("migrated_postgres"))
    yield running.url(name)
    running.drop(name)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(stack, tmp_path_factory.mktemp("stage"))


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    stage: Stage,
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    with ExitStack() as stack:
        stage.clear()
        playing = World(stack, stage, tmp_path, database_url, monkeypatch)
        yield playing
        if not request.node.stash.get(FAILED, False):
            playing.carrier.expect_silence()


def _migrate(url: str) -> None:
    database = Database(url)
    try:
        migrations.upgrade(database)
    finally:
        database.close()
