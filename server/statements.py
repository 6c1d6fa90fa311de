"""Core statements compiled once a dialect, for the way from press to text."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Boolean, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

AS_THEY_ARE = (Boolean, LargeBinary)  # SQLite's driver binds these itself


class Prepared(NamedTuple):
    """A statement for one dialect: its SQL, its parameters, its columns' result processors.

    `processed` are the places of parameters whose type has to say something about their value,
    `results` those of columns.
    """

    sql: str
    names: tuple[str, ...]
    constants: dict[str, Any]
    processed: list[tuple[int, Callable[[Any], Any]]]
    results: list[tuple[int, Callable[[Any], Any]]]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The parameters in the statement's own order."""
        if self.constants:
            given = {**self.constants, **given}
        values = [*map(given.__getitem__, self.names)]
        for place, process in self.processed:
            values[place] = process(values[place])
        return values

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row of the driver's, as the columns' types say it."""
        values = [*row]
        for place, process in self.results:
            values[place] = process(values[place])
        return tuple(values)


class Statement:
    """A Core statement compiled once a dialect and run on the driver's cursor.

    For the way from press to text, where SQLAlchemy's own execution costs more than SQLite's.
    Every parameter is named and given at the call.
    """

    _all: ClassVar["list[Statement]"] = []  # they are constants of modules, and stay

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._compiled: dict[str, Prepared] = {}
        self._all.append(self)

    @classmethod
    def compile_all(cls, dialect: Dialect) -> None:
        """All that there are, so that the first press of a fresh server waits for none."""
        for statement in cls._all:
            statement.on(dialect)

    def on(self, dialect: Dialect) -> "Prepared":
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = self._compile(dialect)
        return known

    def _compile(self, dialect: Dialect) -> "Prepared":
        compiled: Any = self._clause.compile(dialect=dialect)
        given = compiled.construct_params(_check=False)
        names = tuple(compiled.positiontup or given)
        constants: dict[str, Any] = {}
        processed = []
        for place, name in enumerate(names):
            bind = compiled.binds[name]
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if dialect.name == "sqlite" and isinstance(bind.type, AS_THEY_ARE):
                process = None
            if not bind.required:
                constants[name] = process(given[name]) if process else given[name]
            elif process:
                processed.append((place, process))
        columns: Any = getattr(self._clause, "selected_columns", None)
        if columns is None:
            columns = getattr(self._clause, "_returning", ())
        results = []
        for place, column in enumerate(columns):
            process = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if process:
                results.append((place, process))
        return Prepared(str(compiled), names, constants, processed, results)
