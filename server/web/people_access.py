"""Whom the people's doors are about: ids as they may stand in an address."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from server.domain.errors import NotKnown


def read_activist(activist_id: str) -> str:
    """What is no id at all is an activist nobody knows; the databases disagree about odd text."""
    return _id(activist_id, "There is no such activist in your office.")


def read_member(staff_id: str) -> str:
    return _id(staff_id, "There is nobody of this id in your offices.")


def read_phone(device_id: str) -> str:
    return _id(device_id, "There is no such phone, or it was revoked.")


def read_drill(drill_id: str) -> str:
    return _id(drill_id, "There is no such drill in your office.")


def _id(text: str, refusal: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise NotKnown(refusal) from None


ActivistId = Annotated[str, Depends(read_activist)]
MemberId = Annotated[str, Depends(read_member)]
PhoneId = Annotated[str, Depends(read_phone)]
DrillId = Annotated[str, Depends(read_drill)]
