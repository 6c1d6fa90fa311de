"""What a tutorial would build, to measure beside: `python -m tests.bench.tutorial --data DIR`.

A sync endpoint, pydantic in and out, a SQLModel session and a commit per request, texts in
BackgroundTasks through the SDK. It syncs as ours does (WAL, synchronous=FULL), and seals nothing.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import BackgroundTasks, Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import Engine, event
from sqlmodel import Field as Column
from sqlmodel import Session, SQLModel, create_engine, select
from twilio.rest import Client

from server import running
from tests.bench import carrier, people


class TutorialDevice(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    token_hash: str = Column(unique=True)
    activist_id: str = Column(index=True)


class TutorialContact(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    activist_id: str = Column(index=True)
    name: str
    phone: str


class TutorialIncident(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    alert_id: str = Column(unique=True)
    activist_id: str = Column(index=True)
    kind: str
    state: str = Column(index=True)
    pressed_at: datetime
    opened_at: datetime
    battery: float | None
    note: str | None


class TutorialPosition(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    incident_id: int | None = Column(foreign_key="tutorialincident.id", index=True)
    lat: float
    lon: float
    accuracy_m: float
    taken_at: datetime


class TutorialOutbox(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    incident_id: int | None = Column(foreign_key="tutorialincident.id", index=True)
    phone: str
    body: str
    state: str = Column(index=True)


class PositionIn(BaseModel):
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    accuracy_m: Annotated[float, Field(ge=0)]
    source: str
    at: datetime


class AlertIn(BaseModel):
    id: UUID
    kind: str
    pressed_at: datetime
    countdown_s: Annotated[float, Field(ge=0, le=30)] = 0
    trigger: str
    position: PositionIn | None
    battery: float | None
    note: str | None


class AlertOut(BaseModel):
    incident_id: int | None
    alert_id: UUID
    received_at: datetime
    contacts: int


app = FastAPI()


def get_session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


@app.post("/v1/alerts", status_code=201)
def raise_alert(
    request: Request,
    alert: AlertIn,
    background: BackgroundTasks,
    authorization: Annotated[str, Header()],
    session: SessionDep,
) -> AlertOut:
    device = session.exec(
        select(TutorialDevice).where(
            TutorialDevice.token_hash == hash_of(authorization.removeprefix("Bearer "))
        )
    ).one_or_none()
    if device is None:
        raise HTTPException(401)
    contacts = session.exec(
        select(TutorialContact).where(TutorialContact.activist_id == device.activist_id)
    ).all()
    incident = _incident(device.activist_id, alert)
    session.add(incident)
    session.flush()
    if alert.position is not None:
        session.add(_position(incident.id, alert.position))
    texts = [_text(incident.id, contact, alert) for contact in contacts]
    session.add_all(texts)
    session.commit()
    session.refresh(incident)
    if request.app.state.client:
        for text in texts:
            session.refresh(text)
            background.add_task(send, request.app.state.engine, request.app.state.client, text.id)
    return AlertOut(
        incident_id=incident.id,
        alert_id=alert.id,
        received_at=incident.opened_at,
        contacts=len(texts),
    )


def send(engine: Engine, client: Any, text_id: int | None) -> None:
    with Session(engine) as session:
        text = session.get_one(TutorialOutbox, text_id)
        client.messages.create(to=text.phone, from_=carrier.LINE, body=text.body)
        text.state = "sent"
        session.commit()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def settle(data: Path, somebodies: list[people.Someone]) -> None:
    """Makes its folder, with these activists."""
    data.mkdir(parents=True)
    engine = open_engine(data)
    SQLModel.metadata.create_all(engine, tables=_tables())
    with Session(engine) as session:
        for number, someone in enumerate(somebodies):
            activist_id = str(number)
            session.add(TutorialDevice(token_hash=hash_of(someone.token), activist_id=activist_id))
            session.add_all(
                TutorialContact(activist_id=activist_id, name="Grace", phone=phone)
                for phone in someone.phones
            )
        session.commit()
    engine.dispose()


def open_engine(data: Path) -> Engine:
    # The default pool of 15 would leave nothing to measure: requests that hold a session wait for
    # a thread to give it back, behind requests that wait for a session.
    engine = create_engine(
        f"sqlite:///{data / 'tutorial.db'}",
        connect_args={"check_same_thread": False, "timeout": 60},
        pool_size=0,  # no limit
    )

    def durable(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    event.listen(engine, "connect", durable)
    return engine


def _tables() -> list[Any]:
    models: tuple[Any, ...] = (
        TutorialDevice,
        TutorialContact,
        TutorialIncident,
        TutorialPosition,
        TutorialOutbox,
    )
    return [model.__table__ for model in models]


def _incident(activist_id: str, alert: AlertIn) -> TutorialIncident:
    return TutorialIncident(
        alert_id=str(alert.id),
        activist_id=activist_id,
        kind=alert.kind,
        state="open",
        pressed_at=alert.pressed_at,
        opened_at=datetime.now(UTC),
        battery=alert.battery,
        note=alert.note,
    )


def _position(incident_id: int | None, position: PositionIn) -> TutorialPosition:
    return TutorialPosition(
        incident_id=incident_id,
        lat=position.lat,
        lon=position.lon,
        accuracy_m=position.accuracy_m,
        taken_at=position.at,
    )


def _text(incident_id: int | None, contact: TutorialContact, alert: AlertIn) -> TutorialOutbox:
    where = f"{alert.position.lat},{alert.position.lon}" if alert.position else "place unknown"
    body = f"Amina needs help at {where}. {alert.pressed_at:%H:%M}. {incident_id}"
    return TutorialOutbox(incident_id=incident_id, phone=contact.phone, body=body, state="queued")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sends-to", default="", metavar="URL")
    options = parser.parse_args()
    app.state.engine = open_engine(options.data)
    app.state.client = None
    if options.sends_to:
        app.state.client = Client(carrier.ACCOUNT, carrier.TOKEN)
        app.state.client.api.base_url = options.sends_to
    bound = running.listen(running.HOST, 0)
    url = f"http://{running.HOST}:{bound.getsockname()[1]}"

    def ready() -> None:
        sys.stdout.write(people.ready(url) + "\n")
        sys.stdout.flush()

    running.run_until_signal(running.WebServer(app, ready), bound)
    return 0


if __name__ == "__main__":
    sys.exit(main())
