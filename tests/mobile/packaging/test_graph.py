"""Everything required has a recipe or is pure Python, at the version that the recipe builds."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from mobile.packaging import bill, spec

SPEC = spec.read()
COMPILED = {
    "android",
    "hostpython3",
    "kivy",
    "libffi",
    "libsodium",
    "msgspec",
    "openssl",
    "pyjnius",
    "python3",
    "sdl2",
    "sdl2_image",
    "sdl2_mixer",
    "sdl2_ttf",
    "setuptools",
    "sqlite3",
}


@pytest.fixture
def order(tmp_path: Path) -> tuple[dict[str, str], set[str]]:
    pytest.importorskip("pythonforandroid", reason="python-for-android is not installed")
    return bill.resolved(SPEC, tmp_path)


def test_these_are_compiled_and_nothing_else(order: tuple[dict[str, str], set[str]]) -> None:
    recipes, _ = order
    assert recipes.keys() == COMPILED


def test_every_pin_is_what_the_recipe_builds(order: tuple[dict[str, str], set[str]]) -> None:
    recipes, _ = order
    pins = {name: pin for name, pin in SPEC.requirements.items() if name in recipes and pin}
    assert pins == {name: recipes[name] for name in pins}


def test_libsodium_is_ours_and_checked(order: tuple[dict[str, str], set[str]]) -> None:
    recipes, _ = order
    assert recipes["libsodium"] == "1.0.20"
    recipe: Any = importlib.import_module("mobile.packaging.recipes.libsodium").recipe
    assert len(bytes.fromhex(recipe.sha256sum)) == 32


def test_everything_pure_is_held_to_a_version(order: tuple[dict[str, str], set[str]]) -> None:
    """The recipes ask for some by name alone; the container holds those to a version too."""
    _, pure = order
    pinned = {name for name, version in SPEC.requirements.items() if version}
    assert pure - pinned == bill.held().keys() - pinned
    for name, version in bill.held().items():
        assert SPEC.requirements.get(name, version) == version
