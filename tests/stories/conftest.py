"""Offices whose phones ring."""

import pytest

from tests.support.duty import FIRST, SECOND
from tests.support.world import World


@pytest.fixture
def calling(world: World) -> World:
    """An office whose ladder is as everybody's is at first."""
    world.ladder()
    return world


@pytest.fixture
def on_duty(calling: World) -> World:
    calling.duty_phones(FIRST, SECOND)
    return calling
