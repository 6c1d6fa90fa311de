"""Where only what a code asks for happens: no rung of a ladder is climbed."""

import pytest

from tests.support import codes
from tests.support.world import World


@pytest.fixture
def patient(world: World) -> World:
    codes.let_ladders_wait(world)
    return world
