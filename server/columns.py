"""Kinds of columns that more than one table has."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, LargeBinary, TypeDecorator
from sqlmodel import Field

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=1024)  # a press binds the same few moments two dozen times
def micros(value: datetime | None) -> int | None:
    return None if value is None else (value - EPOCH) // MICROSECOND


@lru_cache(maxsize=1024)
def moment_of(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime kept as whole microseconds, the same on SQLite and PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return micros(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        return micros  # without the layers between

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return moment_of(value)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[int | None], datetime | None]:
        return moment_of


def moment(**options: Any) -> Any:
    return Field(sa_type=UtcTime, **options)


def optional_moment(**options: Any) -> Any:
    return Field(default=None, nullable=True, sa_type=UtcTime, **options)


def blob() -> Any:
    return Field(sa_type=LargeBinary)


def optional_blob(**options: Any) -> Any:
    return Field(default=None, nullable=True, sa_type=LargeBinary, **options)


def counter() -> Any:
    """A primary key that counts up and is never used twice."""
    number = BigInteger().with_variant(Integer, "sqlite")
    return Field(default=None, sa_column=Column(number, primary_key=True, autoincrement=True))


NEVER_REUSED = {"sqlite_autoincrement": True}
WITHOUT_ROWID = {"sqlite_with_rowid": False}  # one tree less to write where the key is our own
