"""Talking with the operator: lines out, questions and passwords in, refusals in plain words."""

import getpass
import sys
from collections.abc import Callable

from server.domain.errors import Refusal
from server.running import Busy

Verb = Callable[[list[str]], int]


class Unanswered(Exception):
    """A question that nobody was there to answer; its words say which option answers it."""


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def refusing(verb: Verb) -> Verb:
    """Turns what a command refuses into a sentence with its mend, and an exit status of 1."""

    def main(arguments: list[str]) -> int:
        try:
            return verb(arguments)
        except Refusal as refusal:
            complain(f"{refusal.detail} {refusal.mend or ''}".rstrip())
        except (Busy, Unanswered) as error:
            complain(str(error))
        return 1

    return main


def ask(question: str, option: str) -> str:
    """A line that is not empty; `option` names what answers it in a script."""
    try:
        while not (answer := input(f"{question}: ").strip()):
            pass
    except EOFError:
        raise Unanswered(f"Nobody answers “{question}”. Give {option}.") from None
    return answer


def ask_secret(question: str, *, stdin: bool) -> str:
    """One line that is not shown; with `stdin` the next line of standard input."""
    if stdin:
        line = sys.stdin.readline()
        if not line.strip("\r\n"):
            raise Unanswered(f"Standard input has no line for “{question}”.")
        return line.rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Unanswered(f"Nobody answers “{question}”. Pass it on standard input (see --help).")
    return getpass.getpass(f"{question}: ")


def ask_new_secret(question: str, *, stdin: bool) -> str:
    """Typed twice, unless it comes from standard input."""
    while True:
        first = ask_secret(question, stdin=stdin)
        if stdin or ask_secret(f"{question}, again", stdin=False) == first:
            return first
        complain("The two are not the same.")
