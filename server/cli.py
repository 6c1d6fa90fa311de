"""`candlewire VERB …`: the server's own verbs, and those that other rooms add by entry point."""

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points

from server.settings import Incomplete

Command = Callable[[list[str]], int]

# Verb → module and what it does; a module is loaded only when its verb is used.
VERBS = {
    "demo": ("server.commands.demo", "the whole system on this machine, nothing configured"),
    "init": ("server.commands.init", "from nothing to a server that `serve` accepts"),
    "serve": ("server.commands.serve", "the production server: API, pages and relay"),
    "people": ("server.commands.people", "offices, staff, activists, pairing codes"),
    "sandbox": ("server.commands.sandbox", "the SMS sandbox alone"),
    "doctor": ("server.commands.doctor", "checks everything and says what to mend"),
    "languages": ("server.commands.languages", "which are sent, and who read their words"),
    "keys": ("server.commands.keys", "rotate: a new key in the ring"),
    "audit": ("server.commands.audit", "verify FILE: checks an audit log"),
    "backup": ("server.commands.backup", "a consistent copy of the database"),
    "restore": ("server.commands.restore", "puts a backup in place"),
}
GROUP = "candlewire.commands"


def main(arguments: list[str] | None = None) -> int:
    """Runs a verb; 0 where it did what it says, 2 where the words were wrong."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in ("-h", "--help", "help"):
        sys.stdout.write(usage())
        return 0
    command = find(words[0])
    if command is None:
        sys.stderr.write(f"There is no verb `{words[0]}`.\n\n{usage()}")
        return 2
    try:
        return command(words[1:])
    except Incomplete as error:
        sys.stderr.write("Candlewire cannot start like this:\n")
        sys.stderr.writelines(f"  - {problem}\n" for problem in error.problems)
        return 1
    except KeyboardInterrupt:
        return 130


def find(verb: str) -> Command | None:
    if verb in VERBS:
        return import_module(VERBS[verb][0]).main  # type: ignore[no-any-return]
    for added in entry_points(group=GROUP):
        if added.name == verb:
            return added.load()  # type: ignore[no-any-return]
    return None


def usage() -> str:
    added = {point.name: "the phone client" for point in entry_points(group=GROUP)}
    lines = [(verb, text) for verb, (_, text) in VERBS.items()] + sorted(added.items())
    body = "".join(f"  {verb:<9} {text}\n" for verb, text in lines)
    return f"candlewire VERB [options]; `candlewire VERB --help` says more.\n\n{body}"
