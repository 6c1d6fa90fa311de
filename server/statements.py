"""Core statements compiled once a dialect, for the way from press to text."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement


class Bind(NamedTuple):
    """A parameter: given at the call, through its type's processor, or a constant."""

    name: str
    process: Callable[[Any], Any] | None
    constant: bool
    value: Any


class Prepared(NamedTuple):
    """A statement for one dialect: its SQL, its parameters, its columns' result processors."""

    sql: str
    binds: list[Bind]
    results: list[Callable[[Any], Any] | None]


class Statement:
    """A Core statement compiled once a dialect and run on the driver's cursor.

    For the way from press to text, where SQLAlchemy's own execution costs more than SQLite's.
    Every parameter is named and given at the call.
    """

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._compiled: dict[str, Prepared] = {}

    def on(self, dialect: Dialect) -> "Prepared":
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = self._compile(dialect)
        return known

    def _compile(self, dialect: Dialect) -> "Prepared":
        compiled: Any = self._clause.compile(dialect=dialect)
        constants = compiled.construct_params(_check=False)
        binds = []
        for name in compiled.positiontup or list(constants):
            bind = compiled.binds.get(name)
            process = None
            if bind is not None:
                process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if bind is not None and bind.required:
                binds.append(Bind(name, process, False, None))
            else:
                value = constants[name]
                binds.append(Bind(name, None, True, process(value) if process else value))
        columns: Any = getattr(self._clause, "selected_columns", None)
        if columns is None:
            columns = getattr(self._clause, "_returning", ())
        results = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ]
        return Prepared(str(compiled), binds, results)
