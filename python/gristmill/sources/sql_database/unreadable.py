"""Where the value stands that a driver cannot make a Python object of: it fails for a whole page, and names neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from gristmill.sources.sql_database.loaders import BaseTableLoader

_REFUSALS = (ValueError, ArithmeticError)


def first_unreadable(loader: BaseTableLoader, rows: int) -> tuple[int, str | None] | None:
    """The number of the first row behind `rows` that cannot be read, and its column; None where it cannot be found.

    The rows are asked for once more, one by one, and then the columns of the one that fails.
    """
    query = loader.make_query()
    if not isinstance(query, sa.Select):
        return None
    limit = query._limit_clause
    if limit is not None:
        query = sa.select(query.subquery())
    try:
        # A cursor of the server's is read ahead, and fails before the row is asked for.
        with loader.engine.connect().execution_options(stream_results=False, yield_per=None) as connection:
            number = _first_row(connection, query.offset(rows).limit(loader.chunk_size), rows)
            if number is None:
                return None
            one = query.offset(number - 1).limit(1).subquery()
            names = (column.name for column in one.columns if _is_refused(connection, sa.select(column)))
            return number, next(names, None)
    except SQLAlchemyError:
        # The database went away meanwhile: what is known is said all the same.
        return None


def _first_row(connection: sa.Connection, query: Any, rows: int) -> int | None:
    number = rows
    with connection.execute(query) as result:
        while True:
            number += 1
            try:
                if result.fetchone() is None:
                    return None
            except _REFUSALS:
                return number


def _is_refused(connection: sa.Connection, query: Any) -> bool:
    try:
        connection.execute(query).fetchone()
    except _REFUSALS:
        return True
    return False
