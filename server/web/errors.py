"""Refusals of the domain as RFC 9457 problem documents: the field, the mend, never a value."""

import logging
from collections.abc import Mapping

import msgspec
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.db import Unavailable
from server.domain import errors
from shared import wire

log = logging.getLogger(__name__)

STATUS_OF: Mapping[type[Exception], int] = {
    errors.NotKnown: 404,
    errors.NotAllowed: 409,
    errors.Forbidden: 403,
    errors.SignInNeeded: 401,
    errors.TooManyTries: 429,
    errors.Unfit: 422,
}
TITLES = {
    400: "The message cannot be read",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "No such action here",
    409: "Not now",
    413: "Too large",
    422: "A field is not right",
    429: "Too many tries",
    500: "A fault of ours",
    503: "Cannot store now",
}
RETRY_AFTER = 2  # seconds, while the database cannot store


class TooLarge(Exception):
    """A body over the limit."""


def problem_of(error: Exception) -> wire.Problem:
    """What to tell the caller; a fault of ours tells nothing but that."""
    match error:
        case errors.Refusal():
            status = STATUS_OF[type(error)]
            return wire.Problem(
                title=TITLES[status],
                status=status,
                detail=error.detail,
                pointer=error.pointer,
                mend=error.mend,
            )
        case wire.Malformed():
            status = 422 if error.pointer else 400
            return wire.Problem(
                title=TITLES[status],
                status=status,
                detail=f"Expected {error.expected}.",
                pointer=error.pointer,
                mend="Send the field as the protocol describes it.",
            )
        case TooLarge():
            return wire.Problem(
                title=TITLES[413],
                status=413,
                detail=f"A body may have {wire.MAX_BODY} bytes.",
                mend="Send less at once.",
            )
        case Unavailable():
            return wire.Problem(
                title=TITLES[503],
                status=503,
                detail="Nothing of this request was stored.",
                mend="Send it again.",
            )
        case HTTPException():
            status = error.status_code
            return wire.Problem(
                title=TITLES.get(status, "Refused"),
                status=status,
                detail="There is nothing here." if status == 404 else "This is not offered here.",
                mend="See the protocol for what is.",
            )
    return wire.Problem(
        title=TITLES[500], status=500, detail="The fault was noted.", mend="Try again."
    )


def response_of(error: Exception) -> Response:
    problem = problem_of(error)
    headers = {}
    if isinstance(error, errors.TooManyTries):
        headers["Retry-After"] = f"{error.wait_s:.0f}"
    elif problem.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    elif problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = msgspec.json.encode(problem)
    return Response(body, problem.status, headers, media_type="application/problem+json")


def refused(error: Exception) -> Response:
    """`response_of`, for a door outside of the app; a fault of ours is noted."""
    response = response_of(error)
    if response.status_code == 500:
        log.error("a request failed", exc_info=error)
    return response


def install(app: FastAPI) -> None:
    async def answer(request: Request, error: Exception) -> Response:
        return response_of(error)

    async def fault(request: Request, error: Exception) -> Response:
        log.error("a request failed", extra={"fault": type(error).__name__})
        return response_of(error)

    for kind in (errors.Refusal, wire.Malformed, TooLarge, Unavailable, HTTPException):
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(Exception, fault)
