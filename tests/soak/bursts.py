"""A burst over many phones: every press twice with the same id, from 64 connections."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import msgspec

from shared import wire
from tests.bench.client import Answer, Load, press_request
from tests.bench.processes import Child
from tests.soak.serving import Served

CONNECTIONS = 64


@dataclass(frozen=True)
class Press:
    """A press and the device that makes it. Two presses are one where their id is."""

    id: UUID
    device: dict[str, Any] = field(compare=False)

    @property
    def phones(self) -> list[str]:
        return [contact["phone"] for contact in self.device["contacts"]]


@dataclass(frozen=True)
class Burst:
    """Presses in the order of sending, each of them in it twice."""

    presses: list[Press]

    @classmethod
    def over(cls, devices: list[dict[str, Any]], number: int) -> "Burst":
        """Everybody presses once before anybody presses again."""
        presses = [Press(uuid4(), devices[turn % len(devices)]) for turn in range(number)]
        twice: list[Press] = []
        for first in range(0, len(presses), len(devices)):
            twice += presses[first : first + len(devices)] * 2
        return cls(twice)

    def load(self, running: Child | Served) -> Load:
        requests = [
            press_request(running.url, press.device["token"], press.id) for press in self.presses
        ]
        return Load(running.url, requests, CONNECTIONS)

    def run(self, running: Child | Served) -> list[Answer]:
        load = self.load(running)
        return asyncio.run(load.run())


def accepted(answer: Answer) -> wire.Accepted | None:
    """What the server said yes with, or None."""
    if answer.status not in (200, 201):
        return None
    return msgspec.json.decode(answer.body, type=wire.Accepted)
