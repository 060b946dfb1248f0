"""A query that is run when its rows are asked for; each method gives a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from gristmill.dataset.join import KINDS, links
from gristmill.dataset.sql_client import Cursor
from gristmill.exceptions import TableNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gristmill.dataset.dataset import Dataset

_OPERATORS = {
    "eq": "=",
    "ne": "<>",
    "gt": ">",
    "lt": "<",
    "gte": ">=",
    "lte": "<=",
    "=": "=",
    "==": "=",
    "!=": "<>",
    "<>": "<>",
    ">": ">",
    "<": "<",
    ">=": ">=",
    "<=": "<=",
    "in": "in",
    "not_in": "not in",
    "like": "like",
}


class Relation:
    """Rows of a table or a query."""

    def __init__(self, dataset: Dataset, sql: str, table_name: str | None = None) -> None:
        self._dataset = dataset
        self._sql = sql
        self._table_name = table_name

    @classmethod
    def of_table(cls, dataset: Dataset, table_name: str) -> Relation:
        """All rows of a table, its columns in the schema's order."""
        columns = dataset.schema.get_table_columns(table_name)
        listed = ", ".join(_quoted(name) for name in columns) or "*"
        return cls(dataset, f"select {listed} from {_quoted(dataset.dataset_name)}.{_quoted(table_name)}", table_name)

    # -- shaping -----------------------------------------------------------------------------------------------------

    def _around(self, head: str, tail: str = "") -> Relation:
        return Relation(self._dataset, f"{head} from ({self._sql}) as relation{tail}", self._table_name)

    def select(self, *columns: str | Sequence[str]) -> Relation:
        """Some of the columns."""
        names = [name for part in columns for name in ([part] if isinstance(part, str) else part)]
        return self._around("select " + ", ".join(_quoted(name) for name in names))

    def __getitem__(self, columns: str | Sequence[str]) -> Relation:
        return self.select(columns)

    def where(self, column_or_expr: Any, operator: str | None = None, value: Any = None) -> Relation:
        """The rows for which this holds: `where("id", "gt", 3)`, or an SQL expression."""
        if operator is None:
            expression = column_or_expr if isinstance(column_or_expr, str) else column_or_expr.sql()
        else:
            sign = _OPERATORS.get(operator)
            if sign is None:
                from gristmill.exceptions import ValueErrorWithKnownValues

                raise ValueErrorWithKnownValues("operator", operator, _OPERATORS)
            expression = f"{_quoted(str(column_or_expr))} {sign} {_literal(value)}"
        return self._around("select *", f" where {expression}")

    filter = where

    def order_by(self, column_name: str, direction: Literal["asc", "desc"] = "asc") -> Relation:
        """The rows in order."""
        return self._around("select *", f" order by {_quoted(column_name)} {'desc' if direction == 'desc' else 'asc'}")

    def limit(self, limit: int) -> Relation:
        """The first rows."""
        return Relation(self._dataset, f"select * from ({self._sql}) as relation limit {int(limit)}", self._table_name)

    def head(self, limit: int = 5) -> Relation:
        """The first five rows, or so many."""
        return self.limit(limit)

    def max(self) -> Relation:
        """The highest value of the only column."""
        return self._aggregated("max")

    def min(self) -> Relation:
        """The lowest value of the only column."""
        return self._aggregated("min")

    def _aggregated(self, function: str) -> Relation:
        names = self.columns
        if len(names) != 1:
            message = f"`{function}` needs a relation of one column, and this one has {len(names)}"
            raise ValueError(message)
        return self._around(f"select {function}({_quoted(names[0])}) as {_quoted(names[0])}")

    def join(
        self,
        other: str | Relation,
        on: Any = None,
        *,
        kind: Literal["inner", "left", "right", "full"] = "inner",
        alias: str | None = None,
    ) -> Relation:
        """Rows of two tables side by side; the columns of the other come as `<table>__<column>`.

        Nested tables and those with references find each other; for others `on` is SQL that names both tables.
        """
        if kind not in KINDS:
            from gristmill.exceptions import ValueErrorWithKnownValues

            raise ValueErrorWithKnownValues("kind", kind, KINDS)
        if alias == "" or (isinstance(on, str) and not on.strip()):
            message = "`alias` and `on` cannot be empty"
            raise ValueError(message)
        try:
            right = other if isinstance(other, Relation) else self._dataset.table(other)
        except TableNotFound as error:
            raise ValueError(error.message) from None
        left_name, right_name = self._table_name, right._table_name
        if left_name is None or right_name is None:
            message = "only relations of a table can be joined; a query of its own can hold any join"
            raise ValueError(message)
        prefix = alias or right_name
        listed = [f"{_quoted(left_name)}.*"]
        listed += [f"{_quoted(right_name)}.{_quoted(c)} as {_quoted(f'{prefix}__{c}')}" for c in right.columns]
        sql = f"select {', '.join(listed)} from ({self._sql}) as {_quoted(left_name)}"
        if on is not None:
            condition = on if isinstance(on, str) else on.sql()
            sql += f" {kind} join ({right._sql}) as {_quoted(right_name)} on {condition}"
            return Relation(self._dataset, sql, left_name)
        at = left_name
        for table, ours, theirs in links(self._dataset.schema, left_name, right_name):
            source = right._sql if table == right_name else Relation.of_table(self._dataset, table)._sql
            condition = f"{_quoted(at)}.{_quoted(ours)} = {_quoted(table)}.{_quoted(theirs)}"
            sql += f" {kind} join ({source}) as {_quoted(table)} on {condition}"
            at = table
        return Relation(self._dataset, sql, left_name)

    # -- what it is ----------------------------------------------------------------------------------------------------

    def to_sql(self, pretty: bool = False, **unused: Any) -> str:
        """The query."""
        del pretty, unused
        return self._sql

    query = to_sql

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        with self._dataset.connected() as connection:
            rows = connection.execute(f"describe {self._sql}").fetchall()
        return [row[0] for row in rows]

    @property
    def columns_schema(self) -> dict[str, Any]:
        """The columns as the schema knows them."""
        known: dict[str, Any] = {}
        if self._table_name is not None:
            known = self._dataset.schema.get_table_columns(self._table_name)
        return {name: known.get(name, {"name": name}) for name in self.columns}

    @property
    def schema(self) -> dict[str, Any]:
        """A table schema of the columns."""
        return {"name": self._table_name, "columns": self.columns_schema}

    # -- rows ------------------------------------------------------------------------------------------------------------

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        with self._dataset.connected() as connection:
            return connection.execute(self._sql).fetchall()

    def fetchmany(self, chunk_size: int = 1000) -> list[tuple[Any, ...]]:
        """The first rows."""
        with self._dataset.connected() as connection:
            return connection.execute(self._sql).fetchmany(chunk_size)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row."""
        with self._dataset.connected() as connection:
            return connection.execute(self._sql).fetchone()

    def fetchscalar(self) -> Any:
        """The only value of the only row."""
        row = self.fetchone()
        if row is None or len(row) != 1:
            message = "`fetchscalar` needs one row of one column"
            raise ValueError(message)
        return row[0]

    def df(self, chunk_size: int | None = None) -> Any:
        """The rows as a pandas frame."""
        with self._dataset.connected() as connection:
            return Cursor(connection.execute(self._sql)).df(chunk_size)

    def arrow(self, chunk_size: int | None = None) -> Any:
        """The rows as an arrow table."""
        with self._dataset.connected() as connection:
            return Cursor(connection.execute(self._sql)).arrow(chunk_size)

    def polars(self) -> Any:
        """The rows as a polars frame."""
        import polars as pl

        return pl.from_arrow(self.arrow())

    def iter_fetch(self, chunk_size: int = 1000) -> Iterator[list[tuple[Any, ...]]]:
        """Rows in chunks."""
        with self._dataset.connected() as connection:
            yield from Cursor(connection.execute(self._sql)).iter_fetch(chunk_size)

    def iter_df(self, chunk_size: int = 1000) -> Iterator[Any]:
        """Pandas frames in chunks."""
        with self._dataset.connected() as connection:
            cursor = Cursor(connection.execute(self._sql))
            while (frame := cursor.df(chunk_size)) is not None:
                yield frame

    def iter_arrow(self, chunk_size: int = 1000) -> Iterator[Any]:
        """Arrow tables in chunks."""
        with self._dataset.connected() as connection:
            cursor = Cursor(connection.execute(self._sql))
            while (table := cursor.arrow(chunk_size)) is not None:
                yield table

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for rows in self.iter_fetch():
            yield from rows

    def __str__(self) -> str:
        return f"Relation query:\n  {self._sql}"

    def __repr__(self) -> str:
        return f"<dlt.Relation({self._table_name or 'query'})>"


def arrow_table(cursor: Any) -> Any:
    """A result as an arrow table."""
    import pyarrow as pa

    if hasattr(cursor, "__arrow_c_stream__"):
        return pa.table(cursor)
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    return (
        pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
        if rows
        else pa.table({n: [] for n in names})
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (list, tuple, set)):
        return "(" + ", ".join(_literal(v) for v in value) + ")"  # pyright: ignore[reportUnknownVariableType]
    text = str(value).replace("'", "''")
    return f"'{text}'"
