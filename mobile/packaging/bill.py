"""What a real build would install, by name and version; nothing is fetched.

python -m mobile.packaging.bill
"""

import io
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from mobile.packaging import spec
from mobile.packaging.spec import FOLDER, Spec


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for kind, name, version in lines(spec.read(), Path(folder)):
            sys.stdout.write(f"{kind:<9} {name:<24} {version}\n")
    return 0


def lines(settings: Spec, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Kind, name, version: from the container down to what is in the package."""
    yield from container()
    values = settings.values
    yield "android", "platform", f"{values['android.api']} (from {values['android.minapi']})"
    yield "android", "ndk", values["android.ndk"]
    yield "android", "architectures", " ".join(settings.list("android.archs"))
    yield "packager", "python-for-android", values["p4a.branch"]
    try:
        recipes, pure = resolved(settings, folder)
    except ImportError:
        yield "note", "recipes", "not resolved: python-for-android is not installed here"
        recipes, pure = {}, set(settings.requirements)
    for name, version in sorted(recipes.items()):
        yield "recipe", name, version or "with the packager"
    versions = {**held(), **settings.requirements}
    for name in sorted(pure - recipes.keys()):
        yield "python", name, versions.get(name) or "with the packager"


def held() -> dict[str, str]:
    """What the packager's recipes ask for without a version, held to one."""
    pins = (FOLDER / "held.txt").read_text("utf-8").split()
    return dict(re.findall(r"([\w-]+)==(\S+)", " ".join(pins)))


def resolved(settings: Spec, folder: Path) -> tuple[dict[str, str], set[str]]:
    """Recipes with their versions and modules without one, as the packager works them out."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        from pythonforandroid.bootstrap import Bootstrap  # type: ignore[import-not-found,import-untyped,unused-ignore]
        from pythonforandroid.build import Context  # type: ignore[import-not-found,import-untyped,unused-ignore]
        from pythonforandroid.graph import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
            get_recipe_order_and_bootstrap,
        )
        from pythonforandroid.recipe import Recipe  # type: ignore[import-not-found,import-untyped,unused-ignore]

        context = Context()
        context.local_recipes = str(FOLDER / settings.values["p4a.local_recipes"])
        context.storage_dir = str(folder)
        bootstrap = Bootstrap.get_bootstrap(settings.values["p4a.bootstrap"], context)
        order, modules, _ = get_recipe_order_and_bootstrap(
            context, sorted(settings.requirements), bootstrap
        )
        found = {name: Recipe.get_recipe(name, context).version or "" for name in order}
    return found, set(modules)


def container() -> Iterator[tuple[str, str, str]]:
    said = (FOLDER / "Containerfile").read_text("utf-8")
    base = re.findall(r"(?m)^FROM (\S+):(\S+)$", said)
    yield from (("base", name, version) for name, version in base)
    for name, version in re.findall(r"([a-z-]+)==([\w.]+)", said):
        yield "tool", name, version
    system = re.search(r"--no-install-recommends \\\n(.*?)&&", said, re.DOTALL)
    if system:
        for name in system.group(1).replace("\\", " ").split():
            yield "system", name, "of the base"


if __name__ == "__main__":
    raise SystemExit(main())
