"""The result of a query: rows, frames, tables, whole or in chunks."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

CHUNK_ROWS = 2048
"""Rows of a chunk when no size is told; DuckDB's own."""


class Cursor:
    """The rows of one result; what was taken is gone."""

    vector_size = CHUNK_ROWS

    def __init__(self, connection: Any) -> None:
        self.native_cursor = connection
        self._batches: Iterator[Any] | None = None

    @property
    def description(self) -> Any:
        """The columns, as DB-API tells them."""
        return self.native_cursor.description

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [column[0] for column in self.native_cursor.description or ()]

    @property
    def columns_schema(self) -> dict[str, Any]:
        """The names of the columns, in dlt's form."""
        return {name: {"name": name, "nullable": True} for name in self.columns}

    def execute(self, query: str, *args: Any, **kwargs: Any) -> Self:
        """Run another query."""
        parameters: Any = list(args) or kwargs or None
        self.native_cursor = self.native_cursor.execute(query, parameters)
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        return self.native_cursor.fetchall()

    def fetchmany(self, chunk_size: int = CHUNK_ROWS) -> list[tuple[Any, ...]]:
        """The next rows."""
        return self.native_cursor.fetchmany(chunk_size)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        return self.native_cursor.fetchone()

    def iter_fetch(self, chunk_size: int = CHUNK_ROWS) -> Iterator[list[tuple[Any, ...]]]:
        """Rows in chunks."""
        while rows := self.fetchmany(chunk_size):
            yield rows

    def iter_df(self, chunk_size: int = CHUNK_ROWS) -> Iterator[Any]:
        """Pandas frames in chunks."""
        while (frame := self.df(chunk_size)) is not None:
            yield frame

    def iter_arrow(self, chunk_size: int = CHUNK_ROWS) -> Iterator[Any]:
        """Arrow tables in chunks."""
        while (table := self.arrow(chunk_size)) is not None:
            yield table

    def df(self, chunk_size: int | None = None, **kwargs: Any) -> Any:
        """The rows as a pandas frame; or, with `chunk_size`, so many of the next, rounded up to DuckDB's vectors.

        None when a chunk was asked for and there is none.
        """
        if chunk_size is None:
            return self.native_cursor.df(**kwargs)
        frame = self.native_cursor.fetch_df_chunk(math.ceil(chunk_size / CHUNK_ROWS), **kwargs)
        return frame if len(frame) else None

    def arrow(self, chunk_size: int | None = None, **kwargs: Any) -> Any:
        """The rows (or the next chunk) as an arrow table; None when a chunk was asked for and there is none."""
        import pyarrow as pa

        with warnings.catch_warnings():
            # DuckDB would rather be asked through a relation; a cursor has none.
            warnings.simplefilter("ignore", UserWarning)
            if chunk_size is None:
                return self.native_cursor.to_arrow_table(**kwargs)
            if self._batches is None:
                self._batches = iter(self.native_cursor.to_arrow_reader(chunk_size))
        batch = next(self._batches, None)
        return None if batch is None else pa.Table.from_batches([batch])

    def close(self) -> None:
        """Let go of the rows that were not taken."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()
