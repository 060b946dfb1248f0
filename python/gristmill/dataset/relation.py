"""A query that is run when its rows are asked for; each method gives a new one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Literal

from gristmill.dataset.cursor import CHUNK_ROWS, Cursor
from gristmill.dataset.join import KINDS, links
from gristmill.dataset.sql_client import raise_database_error
from gristmill.exceptions import MissingDependencyException, TableNotFound

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from gristmill.dataset.dataset import Dataset
    from gristmill.dataset.sql_client import SqlClient

LOAD_ID = "_dlt_load_id"
SHOWN_ROWS = 10

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
        self._is_incremental = False

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

    # -- loads and increments ------------------------------------------------------------------------------------------

    def with_load_id_col(self) -> Relation:
        """With the id of the load that each row came with; for a nested table it is that of its root."""
        schema, name = self._dataset.schema, self._required_table("with_load_id_col")
        if LOAD_ID in self.columns:
            return self
        root = name
        while schema.tables[root].get("parent"):
            root = schema.tables[root]["parent"]
        sql = f"select {_quoted(name)}.*, {_quoted(root)}.{_quoted(LOAD_ID)} from ({self._sql}) as {_quoted(name)}"
        at = name
        for table, ours, theirs in links(schema, name, root):
            source = f"{_quoted(self._dataset.dataset_name)}.{_quoted(table)}"
            sql += f" join {source} as {_quoted(table)} on {_quoted(at)}.{_quoted(ours)} = {_quoted(table)}.{_quoted(theirs)}"
            at = table
        return Relation(self._dataset, sql, name)

    def from_loads(self, load_ids: Sequence[str] | str, add_load_id_column: bool = False) -> Relation:
        """The rows that came with these loads."""
        ids = [load_ids] if isinstance(load_ids, str) else [str(i) for i in load_ids]
        found = self.with_load_id_col().where(LOAD_ID, "in", ids)
        return found if add_load_id_column or LOAD_ID in self.columns else found.select(self.columns)

    def incremental(self, incremental: Any, *, advance: bool = True) -> Relation:
        """The rows within an incremental's range: its start (or last) value, and its end value.

        Within a resource the incremental goes on to the highest value that is read, unless `advance=False`.
        """
        column = incremental.cursor_path
        found = self
        start = incremental.start_value if incremental.start_value is not None else incremental.initial_value
        if start is not None:
            found = found.where(column, "gt" if incremental.range_start == "open" else "gte", start)
        if incremental.end_value is not None:
            found = found.where(column, "lte" if incremental.range_end == "closed" else "lt", incremental.end_value)
        found._is_incremental = True
        del advance
        return found

    @property
    def is_incremental(self) -> bool:
        """Whether an incremental bounds it."""
        return self._is_incremental

    def _required_table(self, what: str) -> str:
        if self._table_name is None:
            message = f"`{what}` needs a relation of a table, and this one is a query"
            raise ValueError(message)
        return self._table_name

    # -- what it is ----------------------------------------------------------------------------------------------------

    def to_sql(self, pretty: bool = False, *, _raw_query: bool = False) -> str:
        """The query; `pretty` needs `sqlglot`."""
        del _raw_query
        return self.sqlglot_expression.sql("duckdb", pretty=True) if pretty else self._sql

    query = to_sql

    @property
    def query_dialect(self) -> str:
        """The dialect of the query."""
        return "duckdb"

    @property
    def destination_dialect(self) -> str:
        """The dialect of the destination."""
        return "duckdb"

    @property
    def sqlglot_expression(self) -> Any:
        """The query as `sqlglot` reads it."""
        try:
            import sqlglot  # pyright: ignore[reportMissingImports]
        except ImportError:
            feature = "`Relation.sqlglot_expression`"
            raise MissingDependencyException(feature, ["sqlglot"]) from None
        read: Any = sqlglot
        return read.parse_one(self._sql, read="duckdb")

    def to_ibis(self) -> Any:
        """An expression of ibis that reads the same rows."""
        backend = self._dataset.ibis(read_only=True)
        if self._table_name is not None and self._sql == Relation.of_table(self._dataset, self._table_name)._sql:
            return backend.table(self._table_name, database=self._dataset.dataset_name)
        return backend.sql(self._sql)

    @property
    def sql_client(self) -> SqlClient:
        """A client for SQL on the dataset."""
        return self._dataset.sql_client

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._described())

    def _described(self) -> dict[str, str]:
        with self._dataset.connected() as connection:
            try:
                rows = connection.execute(f"describe {self._sql}").fetchall()
            except Exception as error:  # noqa: BLE001
                raise_database_error(error)
        return {row[0]: row[1] for row in rows}

    @property
    def columns_schema(self) -> dict[str, Any]:
        """The columns as the schema knows them, and those of a query by the types that DuckDB gives them."""
        known: dict[str, Any] = {}
        if self._table_name is not None:
            known = self._dataset.schema.get_table_columns(self._table_name)
        tables = self._dataset.schema.tables.values()
        loaded = {name for table in tables for name in table["columns"]}
        return {
            name: known.get(name) or _column(name, kind, is_loaded=name in loaded)
            for name, kind in self._described().items()
        }

    @property
    def schema(self) -> dict[str, Any]:
        """A table schema of the columns."""
        return {"name": self._table_name, "columns": self.columns_schema}

    # -- rows ------------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _cursor(self) -> Generator[Cursor]:
        with self._dataset.connected() as connection:
            try:
                result = connection.execute(self._sql)
            except Exception as error:  # noqa: BLE001
                raise_database_error(error)
            yield Cursor(result)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        with self._cursor() as cursor:
            return cursor.fetchall()

    def fetchmany(self, chunk_size: int = CHUNK_ROWS) -> list[tuple[Any, ...]]:
        """The first rows."""
        with self._cursor() as cursor:
            return cursor.fetchmany(chunk_size)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row."""
        with self._cursor() as cursor:
            return cursor.fetchone()

    def fetchscalar(self) -> Any:
        """The only value of the only row."""
        row = self.fetchone()
        if row is None or len(row) != 1:
            message = "`fetchscalar` needs one row of one column"
            raise ValueError(message)
        return row[0]

    def df(self, chunk_size: int | None = None, **kwargs: Any) -> Any:
        """The rows as a pandas frame; with `chunk_size` the first of them."""
        with self._cursor() as cursor:
            return cursor.df(chunk_size, **kwargs)

    def arrow(self, chunk_size: int | None = None, **kwargs: Any) -> Any:
        """The rows as an arrow table; with `chunk_size` the first of them."""
        with self._cursor() as cursor:
            return cursor.arrow(chunk_size, **kwargs)

    def polars(self) -> Any:
        """The rows as a polars frame."""
        import polars as pl

        return pl.from_arrow(self.arrow())

    def iter_fetch(self, chunk_size: int = CHUNK_ROWS) -> Iterator[list[tuple[Any, ...]]]:
        """Rows in chunks."""
        with self._cursor() as cursor:
            yield from cursor.iter_fetch(chunk_size)

    def iter_df(self, chunk_size: int = CHUNK_ROWS) -> Iterator[Any]:
        """Pandas frames in chunks, each rounded up to DuckDB's vectors of 2048 rows."""
        with self._cursor() as cursor:
            yield from cursor.iter_df(chunk_size)

    def iter_arrow(self, chunk_size: int = CHUNK_ROWS) -> Iterator[Any]:
        """Arrow tables in chunks."""
        with self._cursor() as cursor:
            yield from cursor.iter_arrow(chunk_size)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for rows in self.iter_fetch():
            yield from rows

    def __str__(self) -> str:
        types = ((n, c.get("data_type", "")) for n, c in self.columns_schema.items())
        return f"Relation query:\n  {self._sql}\nColumns:\n" + "".join(f"  {n} {t}".rstrip() + "\n" for n, t in types)

    def __repr__(self) -> str:
        return f"<dlt.Relation(dataset={self._dataset.dataset_name!r}, query={self._sql!r})>"

    def _repr_html_(self) -> str:
        """The first rows, for notebooks."""
        from gristmill.dataset.html import table_of_rows

        with self._dataset.connected() as connection:
            cursor = Cursor(connection.execute(f"select * from ({self._sql}) as relation limit {SHOWN_ROWS + 1}"))
            return table_of_rows(cursor.columns, cursor.fetchall(), SHOWN_ROWS)


_TYPES = {
    "VARCHAR": "text",
    "DOUBLE": "double",
    "FLOAT": "double",
    "BOOLEAN": "bool",
    "BLOB": "binary",
    "JSON": "json",
    "DATE": "date",
    "TIME": "time",
    "TINYINT": "bigint",
    "SMALLINT": "bigint",
    "INTEGER": "bigint",
    "BIGINT": "bigint",
    "HUGEINT": "wei",
}


def _column(name: str, duckdb_type: str, *, is_loaded: bool) -> dict[str, Any]:
    kind = "timestamp" if duckdb_type.startswith("TIMESTAMP") else _TYPES.get(duckdb_type.split("(", maxsplit=1)[0])
    if duckdb_type.startswith("DECIMAL"):
        kind = "decimal"
    column = {"name": name, "data_type": kind} if kind else {"name": name}
    return {**column, "nullable": True} if is_loaded else column


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
