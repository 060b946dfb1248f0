"""A query that is run when its rows are asked for; each method gives a new one."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from gristmill.dataset.condition import (
    Bounds,
    bounds_of_run,
    compared,
    cursor_of,
    in_range,
    warn_of_boundary,
    warn_of_nulls,
)
from gristmill.dataset.cursor import CHUNK_ROWS, Cursor
from gristmill.dataset.join import KINDS, links
from gristmill.dataset.select import AGGREGATED, Select, quoted
from gristmill.dataset.sql_client import only_reads, raise_database_error
from gristmill.exceptions import LineageFailedException, MissingDependencyException, ValueErrorWithKnownValues

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator

    from gristmill.dataset.dataset import Dataset
    from gristmill.dataset.sql_client import SqlClient
    from gristmill.extract.incremental.incremental import Incremental

LOAD_ID = "_dlt_load_id"
SHOWN_ROWS = 10
QUERY = "relation"
"""What a query of the user's is called within ours."""


# What is known of a column wherever it goes; keys and the like belong to its table.
_KEPT = ("data_type", "nullable", "precision", "scale", "timezone", "hard_delete", "incremental")


class Relation:
    """Rows of a table or a query."""

    def __init__(self, dataset: Dataset, query: str | Select | None = None, table_name: str | None = None) -> None:
        if query is None:
            if table_name is None:
                message = "a relation needs a table's name or a query"
                raise ValueError(message)
            columns = list(dataset.schema_of(table_name).get_table_columns(table_name))
            query = Select.of(_place(dataset, table_name), table_name, columns)
        self._dataset = dataset
        self._query = query
        self._table_name = table_name
        self._schema: dict[str, Any] | None = None
        self._is_incremental = False

    @property
    def table_name(self) -> str | None:
        """The table whose rows these are; `None` for a query of the user's."""
        return self._table_name

    @property
    def _sql(self) -> str:
        return self._query if isinstance(self._query, str) else self._query.sql()

    def _select(self) -> Select:
        # A query of the user's is a unit: what is added works on its rows.
        if isinstance(self._query, Select):
            return self._query
        return Select.of(f"({self._query})", QUERY, list(self._described()))

    def _with(self, query: Select) -> Relation:
        made = Relation(self._dataset, query, self._table_name)
        made._is_incremental = self._is_incremental
        return made

    # -- shaping -----------------------------------------------------------------------------------------------------

    def select(self, *columns: str | Sequence[str]) -> Relation:
        """Some of the columns."""
        names = [name for part in columns for name in ([part] if isinstance(part, str) else part)]
        query = self._select()
        for name in names:
            if name not in (query.known if query.is_plain else query.outputs):
                raise LineageFailedException(name, query.outputs)
        return self._with(query.choosing(names))

    def __getitem__(self, columns: Any) -> Relation:
        if not isinstance(columns, (str, Sequence)):
            message = f"columns are chosen by their names, not by `{columns!r}`"
            raise TypeError(message)
        names = [columns] if isinstance(columns, str) else list(columns)
        if unknown := [name for name in names if name not in self.columns]:
            message = f"the relation has no column `{unknown[0]}`; it has {', '.join(self.columns)}"
            raise KeyError(message)
        return self.select(*names)

    def _expression(self, query: Select, name: str) -> str:
        found = query.expression(name)
        if found is None:
            raise LineageFailedException(name, query.outputs)
        return found

    def where(self, column_or_expr: Any, operator: str | None = None, value: Any = None) -> Relation:
        """The rows for which this holds: `where("id", "gt", 3)`, or an SQL expression."""
        query = self._select()
        if operator is None:
            condition = column_or_expr if isinstance(column_or_expr, str) else column_or_expr.sql("duckdb")
            return self._with(query.where(condition))
        column = self.columns_schema[str(column_or_expr)]
        expression = self._expression(query, str(column_or_expr))
        return self._with(query.where(compared(expression, operator, value, column)))

    filter = where

    def order_by(self, column_name: str, direction: Literal["asc", "desc"] = "asc") -> Relation:
        """The rows in order; called again, in the order of both columns."""
        if direction not in ("asc", "desc"):
            message = f"the direction of an order is `asc` or `desc`, not `{direction}`"
            raise ValueError(message)
        query = self._select()
        expression = self._expression(query, column_name)
        output = column_name if column_name in query.outputs else None
        return self._with(query.ordered(expression, direction, output))

    def limit(self, limit: int) -> Relation:
        """The first rows."""
        return self._with(self._select().limited(int(limit)))

    def head(self, limit: int = 5) -> Relation:
        """The first five rows, or so many."""
        return self.limit(limit)

    def max(self) -> Relation:
        """The highest value of the only column."""
        return self._aggregated("MAX")

    def min(self) -> Relation:
        """The lowest value of the only column."""
        return self._aggregated("MIN")

    def _aggregated(self, function: str) -> Relation:
        query = self._select()
        if len(query.columns) != 1:
            message = f"`{function.lower()}` needs a relation of one column, and this one has {len(query.columns)}"
            raise ValueError(message)
        return self._with(query.aggregated(function))

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
            raise ValueErrorWithKnownValues("kind", kind, KINDS)
        if alias == "" or (isinstance(on, str) and not on.strip()):
            message = "`alias` and `on` cannot be empty"
            raise ValueError(message)
        right = other if isinstance(other, Relation) else self._dataset.table(other)
        name = right._table_name
        if self._table_name is None or name is None:
            message = "only relations of a table can be joined; a query of its own can hold any join"
            raise ValueError(message)
        if not right._dataset.is_same_place(self._dataset):
            message = (
                f"`{name}` is in another database than `{self._table_name}`: a query reads one database;"
                " load one of the two tables into the other's database first"
            )
            raise ValueError(message)
        query = self._joinable()
        if on is None:
            query = self._linked(query, name, kind, right)
        else:
            query = query.joining(kind, right._source(), name, on if isinstance(on, str) else on.sql("duckdb"))
        prefix = alias or name
        columns = [(f"{quoted(name)}.{quoted(c)}", f"{prefix}__{c}") for c in right.columns]
        return self._with(query.giving(columns))

    def _source(self) -> str:
        # A table that nothing was asked of is read by its name.
        query = self._select()
        whole = Relation(self._dataset, table_name=self._table_name)._query if self._table_name else None
        return query.source if query == whole else f"({query.sql()})"

    def _joinable(self) -> Select:
        # Rows that are counted or summed up cannot get neighbours before that is done.
        query = self._select()
        return query if query.rows is None and not query.is_aggregate else query.wrapped()

    def _linked(self, query: Select, name: str, kind: str, right: Relation | None = None) -> Select:
        # Tables on the way have names of their own, so that they do not meet those that the user joins.
        at, before = self._required_table("join"), self._table_name
        for table, ours, theirs in links(self._dataset.schema_of(at), at, name):
            if table in query.joined:
                before = table
                continue
            called = table if table == name else f"_dlt_int_t{len(query.joins) + 1}"
            source = right._source() if right is not None and table == name else _place(self._dataset, table)
            condition = f"{quoted(before or at)}.{quoted(ours)} = {quoted(called)}.{quoted(theirs)}"
            query = query.joining(kind, source, called, condition)
            before = called
        return query

    # -- loads and increments ------------------------------------------------------------------------------------------

    def with_load_id_col(self) -> Relation:
        """With the id of the load that each row came with; for a nested table it is that of its root."""
        name = self._required_table("with_load_id_col")
        schema = self._dataset.schema_of(name)
        if LOAD_ID in self.columns:
            return self
        root = name
        while schema.tables[root].get("parent"):
            root = schema.tables[root]["parent"]
        query = self._linked(self._joinable(), root, "inner")
        return self._with(query.giving([(f"{quoted(root)}.{quoted(LOAD_ID)}", LOAD_ID)]))

    def from_loads(self, load_ids: Collection[str] | str, add_load_id_column: bool = False) -> Relation:
        """The rows that came with these loads."""
        ids = [load_ids] if isinstance(load_ids, str) else [str(i) for i in load_ids]
        names = self.columns
        found = self.with_load_id_col().where(LOAD_ID, "in", ids)
        return found if add_load_id_column or LOAD_ID in names else found.select(*names)

    def incremental(self, incremental: Incremental[Any], *, advance: bool = True) -> Relation:
        """The rows within an incremental's range: its start (or last) value, and its end value.

        The cursor is a column, or `table.column` of a table that this one is linked to. Within a resource the incremental
        goes on to the highest value that is there, unless `advance=False`.
        """
        table, name = cursor_of(incremental)
        schema = self._dataset.schema_of(self._table_name or "")
        name = schema.naming.normalize_identifier(name)
        query = self._select()
        if table is None:
            columns, expression = self.columns_schema, query.expression(name)
        else:
            self._required_table("incremental")
            table = schema.naming.normalize_path(table)
            if table not in schema.tables:
                message = (
                    f"the cursor `{incremental.cursor_path}` names table `{table}`, which the dataset does not have"
                )
                raise ValueError(message)
            columns, expression = schema.get_table_columns(table), f"{quoted(table)}.{quoted(name)}"
            query = self._linked(self._joinable(), table, "inner")
        if name not in columns or expression is None:
            message = f"the cursor `{incremental.cursor_path}` is no column of the relation"
            raise ValueError(message)
        column = columns[name]
        warn_of_nulls(incremental, column)
        bounds = self._advanced(incremental, query, expression, column) if advance and incremental.is_bound else None
        condition = in_range(incremental, expression, column, bounds)
        found = self._with(query if condition is None else query.where(condition))
        found._is_incremental = True
        return found

    def _advanced(self, incremental: Incremental[Any], query: Select, expression: str, column: Any) -> Bounds:
        bounds = bounds_of_run(incremental)
        if incremental.end_value is not None:
            incremental.advance(incremental.end_value)
            return bounds
        if query.rows is not None:
            message = "an incremental on a relation with a limit would leave out the rows behind it for good"
            raise ValueError(message)
        condition = in_range(incremental, expression, column, Bounds(bounds.start, incremental.range_end))
        found = query if condition is None else query.where(condition)
        function = "MAX" if incremental.last_value_func is max else "MIN"
        last = self._with(found.value(f"{function}({expression})")).fetchscalar()
        if last is not None and bounds.end == "open":
            warn_of_boundary(incremental, last)
        incremental.advance(last)
        return bounds

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
        """The query; one of the user's stands as it was written."""
        del _raw_query
        return self._query.sql(pretty=pretty) if isinstance(self._query, Select) else self._query

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
        whole = Relation(self._dataset, table_name=self._table_name)._query if self._table_name else None
        if self._table_name is not None and self._query == whole:
            return backend.table(self._table_name, database=self._dataset.dataset_name)
        return backend.sql(self._sql)

    @property
    def sql_client(self) -> SqlClient:
        """A client for SQL on the dataset."""
        return self._dataset.sql_client

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._query.outputs if isinstance(self._query, Select) else list(self._described())

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
        if self._schema is None:
            self._schema = self._known_columns() or self._columns_of_query()
        return self._schema

    def _known_columns(self) -> dict[str, Any]:
        query = self._query
        if self._table_name is None or isinstance(query, str):
            return {}
        if query.is_aggregate:
            return {AGGREGATED: {"name": AGGREGATED}}
        known = {
            f"{quoted(table)}.{quoted(name)}": column
            for table in (self._table_name, *query.joined)
            for name, column in self._dataset.schema_of(table).tables[table]["columns"].items()
        }
        # What was joined before a limit goes by the names that it got there.
        found = {name: known.get(expression) for expression, name in query.columns}
        if not all(found.values()):
            return {}
        return {name: _known(name, column) for name, column in found.items() if column}

    def _columns_of_query(self) -> dict[str, Any]:
        tables = [table for schema in self._dataset.schemas for table in schema.tables.values()]
        loaded = {name for table in tables for name in table["columns"]}
        return {name: column_of(name, kind, is_loaded=name in loaded) for name, kind in self._described().items()}

    @property
    def schema(self) -> dict[str, Any]:
        """A table schema of the columns."""
        return {"columns": self.columns_schema}

    # -- rows ------------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _cursor(self) -> Generator[Cursor]:
        with self._dataset.connected() as connection:
            try:
                if isinstance(self._query, str):
                    only_reads(connection, self._query)
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
        """The only value of the only row; `None` where there is no row."""
        rows = self.fetchmany(2)
        if not rows:
            return None
        if len(rows) != 1 or len(rows[0]) != 1:
            message = "`fetchscalar` needs one row of one column"
            raise ValueError(message)
        return rows[0][0]

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
        sql = self.to_sql(pretty=True).replace("\n", "\n  ")
        return f"Relation query:\n  {sql}\nColumns:\n" + "".join(f"  {n} {t}".rstrip() + "\n" for n, t in types)

    def __repr__(self) -> str:
        return f"<dlt.Relation(dataset={self._dataset!r}, query={self.to_sql(pretty=True)!r})>"

    def _ipython_key_completions_(self) -> list[str]:
        return self.columns

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


def _known(name: str, column: dict[str, Any]) -> dict[str, Any]:
    kept = {hint: value for hint, value in column.items() if hint in _KEPT or hint.startswith("x-annotation")}
    renamed = {"x-original-name": column["name"]} if column["name"] != name else {}
    return {"name": name, **kept, **renamed}


def column_of(name: str, duckdb_type: str, *, is_loaded: bool = False) -> dict[str, Any]:
    """A column of the database in dlt's form; without a type where no schema has one."""
    kind = "timestamp" if duckdb_type.startswith("TIMESTAMP") else _TYPES.get(duckdb_type.split("(", maxsplit=1)[0])
    if duckdb_type.startswith("DECIMAL"):
        kind = "decimal"
    column = {"name": name, "data_type": kind} if kind else {"name": name}
    return {**column, "nullable": True} if is_loaded else column


def _place(dataset: Dataset, table_name: str) -> str:
    return f"{quoted(dataset.dataset_name)}.{quoted(table_name)}"
