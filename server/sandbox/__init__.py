"""The SMS sandbox: a carrier on this machine that speaks Twilio's language, with simulated phones.

It writes a text down before it answers, signs its callbacks, and has bad days on request, so that
the code that runs in production is the code that is tried.
"""

from server.sandbox.app import create_sandbox

__all__ = ["create_sandbox"]
