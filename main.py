"""Where the phone's packager starts the app."""

from mobile.handset import window

raise SystemExit(window())
