"""Whether a webhook was signed by the carrier, over the exact public URL, with a token of ours."""

from collections.abc import Iterable, Mapping

from twilio.request_validator import RequestValidator


def valid(url: str, form: Mapping[str, str], signature: str | None, tokens: Iterable[str]) -> bool:
    """Every token is tried to its end, so that neither time nor order tells which one fits.

    `url` is built from the public URL in the settings, never from a request's Host.
    """
    if not signature:
        return False
    try:
        return any([RequestValidator(token).validate(url, form, signature) for token in tokens])
    except UnicodeEncodeError:  # a lone surrogate in a form cannot have been signed
        return False
