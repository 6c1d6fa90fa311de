"""Kivy before its first import: no log file, no settings file, no folder outside ours."""

import os
from pathlib import Path


def prepare(home: Path, size: tuple[int, int]) -> None:
    """Must run before anything else imports Kivy: it reads the environment while it loads."""
    os.environ.update(
        KIVY_HOME=str(home),
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_LOG_MODE="PYTHON",  # leaves the root logger as it is
        SDL_VIDEO_X11_WMCLASS="candlewire",  # what a desktop groups it by, and a test finds it by
    )
    from kivy.config import Config

    Config.set("graphics", "width", str(size[0]))
    Config.set("graphics", "height", str(size[1]))
    Config.set("kivy", "exit_on_escape", "0")
    # A right click is a touch like any other, not a red dot that stays on the screen.
    Config.set("input", "mouse", "mouse,disable_multitouch")
    # Looking through the machine's input devices takes time, and finds the mouse twice.
    Config.remove_option("input", "%(name)s")
