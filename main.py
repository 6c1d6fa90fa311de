"""Where the phone's packager starts the app."""

from mobile.commands import phone

raise SystemExit(phone([]))
