"""Who notices what came of it: what is stored, and how a refusal must read."""

import hashlib
import json
from typing import Any

from sqlalchemy import select

from server.tables import schema
from shared import crypto
from tests.server.web.malformed.scene import Scene
from tests.support.malformed import MARK
from tests.support.web import Answer, Caller
from tests.support.world import World

COUNTED = {"wrong_codes", "codes_from"}  # a wrong code is counted, and that is all it does
READABLE = {400, 422}
REFUSALS = {400, 401, 403, 404, 409, 413, 422, 429}


class Keeper:
    """Knows what is stored, and notices when it changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held = self._digest()

    def nothing_changed(self) -> bool:
        before, self._held = self._held, self._digest()
        return before == self._held

    def look(self) -> None:
        self._held = self._digest()

    def _digest(self) -> bytes:
        digest = hashlib.sha256()
        with self._world.database.read() as tx:
            for table in schema().sorted_tables:
                if table.name in ("board_seen", "desk"):  # a board that is connected says so
                    continue
                columns = [column for column in table.columns if column.name not in COUNTED]
                for row in tx.execute(select(*columns).order_by(*table.primary_key)):
                    digest.update(repr(tuple(row)).encode())
        return digest.digest()


def caller_for(scene: Scene, who: str) -> Caller:
    if who == "phone":
        return scene.ana.phone.caller
    if who == "staff":
        return scene.noor.caller
    if who == "administrator":
        return scene.administrator.caller
    if who == "stranger":
        return scene.world.phone(crypto.random_bytes()).caller
    return scene.world.caller


def check(answer: Answer, keeper: Keeper, sent: bytes) -> None:
    """A yes may store; a no names the field and the mend, repeats nothing and stores nothing."""
    if answer.status < 300:
        keeper.look()
        return
    assert answer.status in REFUSALS, (answer.status, answer.body, sent)
    assert keeper.nothing_changed(), sent
    check_problem(answer.headers["Content-Type"], answer.json, answer.status, sent)


def check_problem(kind: str, problem: dict[str, Any], status: int, sent: bytes) -> None:
    assert kind == "application/problem+json"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert MARK not in json.dumps(problem), sent
    if status in READABLE:
        assert "pointer" in problem, (problem, sent)
        assert problem["mend"]
