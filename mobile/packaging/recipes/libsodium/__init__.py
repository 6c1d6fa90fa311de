"""libsodium at the version that its authors support, checked; the packager's own is of 2017."""

from pythonforandroid.recipes.libsodium import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
    LibsodiumRecipe as Packaged,
)


class LibsodiumRecipe(Packaged):  # type: ignore[misc]
    version = "1.0.20"
    sha256sum = "ebb65ef6ca439333c2bb41a0c1990587288da07f6c7fd07cb3a18cc18d30ce19"
    patches = ()  # the one for 1.0.16 is part of it since


recipe = LibsodiumRecipe()
