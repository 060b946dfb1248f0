"""A package on its way into a function: table by table, batch by batch, with a note of what was handed over.

The note lies in the package's own folder and is replaced after each batch, so a run that is killed goes on where it was.
"""

from __future__ import annotations

import base64
import contextlib
import contextvars
import datetime as dt
import gzip
import json
import shutil
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill import _core, context, typed_json
from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup
from gristmill.exceptions import ConfigurationException, DestinationTerminalException, DltException, TerminalException

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from gristmill.destinations.sink import destination

Table = dict[str, Any]
Row = dict[str, Any]

NOTE = "delivered.json"
MEMORY = "destination_state.json"
STATE_TABLE = "_dlt_pipeline_state"
FILE_ROWS = 5000
FIRST_PAUSE_SECONDS = 0.1
_INHERITED = ("write_disposition", "table_format", "file_format", "x-merge-strategy", "x-replace-strategy")


class DeliveryFailed(DltException):
    """The function of a destination failed as often as it may; the package waits."""

    kind = "delivery"


class Note:
    """How many rows of each table were handed over."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NOTE
        self._lock = threading.Lock()
        self._rows: dict[str, int] = {}
        with contextlib.suppress(OSError, ValueError):
            self._rows = json.loads(self._path.read_text("utf-8"))

        # What the function remembers of the package, see `dlt.current.destination_state`.
        self.state: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            self.state["destination_state"] = json.loads(self._path.with_name(MEMORY).read_text("utf-8"))

    def rows(self, table: str) -> int:
        """The rows of one table."""
        return self._rows.get(table, 0)

    def add(self, table: str, rows: int) -> None:
        """Note rows that were handed over just now."""
        with self._lock:
            self._rows[table] = self.rows(table) + rows
            if memory := self.state.get("destination_state"):
                self._write(MEMORY, memory)
            self._write(NOTE, self._rows)

    def _write(self, name: str, content: dict[str, Any]) -> None:
        hidden = self._path.with_name(f".{name}")
        hidden.write_text(json.dumps(content), "utf-8")
        hidden.replace(self._path.with_name(name))


def deliver(place: destination, function: Callable[..., Any], package: dict[str, Any]) -> dict[str, Any]:
    """Hand a package over, forget it, and tell what was done. One that can never be taken is set aside."""
    folder = Path(package["path"])
    if package.get("damage"):
        _core.set_package_aside(str(folder), package["damage"])
        raise DestinationTerminalException(package["damage"])
    started = dt.datetime.now(dt.UTC)
    stored: dict[str, Any] = json.loads((folder / "schema.json").read_text("utf-8"))
    note = Note(folder)
    counts = dict(package["rows"])
    tables = [name for name, rows in counts.items() if rows and not (place.skips_dlt and name.startswith("_dlt"))]
    if not place.skips_dlt and (folder / "state.json").exists():
        tables.append(STATE_TABLE)
        counts[STATE_TABLE] = 1
    try:
        with context.using(context.load_package, {"load_id": package["load_id"], "state": note.state}):
            if place.jobs_max > 1:
                with ThreadPoolExecutor(place.jobs_max, "gristmill-deliver") as pool:
                    around = [contextvars.copy_context() for _ in tables]
                    for done in [
                        pool.submit(own.run, _table, place, function, folder, stored, name, note)
                        for own, name in zip(around, tables, strict=True)
                    ]:
                        done.result()
            else:
                for name in tables:
                    _table(place, function, folder, stored, name, note)
    except ConfigurationException:
        # What is missing can be given; the package waits for it.
        raise
    except TerminalException as error:
        _core.set_package_aside(str(folder), str(error))
        raise
    # It vanishes from sight first, so that no half of it is ever found.
    hidden = folder.with_name(f".{folder.name}.done")
    folder.rename(hidden)
    shutil.rmtree(hidden)
    return {
        "load_id": package["load_id"],
        "schema_name": stored["name"],
        "started_at": started.isoformat(),
        "finished_at": dt.datetime.now(dt.UTC).isoformat(),
        "tables": {name: {"rows": rows} for name, rows in counts.items()},
        "schema_update": {},
    }


def _table(
    place: destination, function: Callable[..., Any], folder: Path, stored: dict[str, Any], name: str, note: Note
) -> None:
    table = _prepared(stored, name, with_dlt=not place.skips_dlt)
    file_format: str = table.get("file_format") or place.loader_file_format
    if place.batch_size == 0:
        if not note.rows(name):
            _tried(function, str(_write_file(folder, table, file_format)), table)
            note.add(name, 1)
        return
    with _batches(folder, table, file_format, place.batch_size, note.rows(name)) as batches:
        for batch in batches:
            _tried(function, batch, table)
            note.add(name, len(batch))


def _tried(function: Callable[..., Any], items: Any, table: Table) -> None:
    found = lookup("raise_on_max_retries", sections=("load",)).value
    attempts = 5 if found is None else max(1, coerced("raise_on_max_retries", found, int))
    for attempt in range(1, attempts + 1):
        try:
            function(items, table)
        except TerminalException:
            raise
        except Exception as error:
            if attempt == attempts:
                message = f"the destination's function failed {attempts} times at table `{table['name']}`: {error!r}"
                hint = "the batches before this one were delivered and do not come again"
                raise DeliveryFailed(message, hint=hint) from error
            time.sleep(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
        else:
            return


def _prepared(stored: dict[str, Any], name: str, *, with_dlt: bool) -> Table:
    known = stored["tables"].get(name) or {"columns": {}}
    columns = {
        n: {**c, "name": n} for n, c in known["columns"].items() if c.get("data_type") and (with_dlt or n[:4] != "_dlt")
    }
    table = {**known, "name": name, "columns": columns}
    root = known
    while root.get("parent") in stored["tables"]:
        root = stored["tables"][root["parent"]]
    for hint in _INHERITED:
        if hint in root and hint not in table:
            table[hint] = root[hint]
    return table


@contextlib.contextmanager
def _batches(folder: Path, table: Table, file_format: str, size: int, offset: int) -> Generator[Iterator[Any]]:
    if table["name"] == STATE_TABLE:
        yield iter([] if offset else [[_state_row(folder)]])
    elif file_format == "parquet":
        yield _record_batches(folder, table, size, offset)
    else:
        with _rows(folder, table, offset) as fetch:
            yield iter(lambda: fetch(size), [])


@contextlib.contextmanager
def _rows(folder: Path, table: Table, offset: int) -> Generator[Callable[[int], list[Row]]]:
    import duckdb

    reader = _core.package_rows(str(folder), table["name"])
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("segments", reader)
        names = list(table["columns"])
        listed = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
        cursor = connection.execute(f"select {listed} from segments offset {offset}")
        readers = [_READERS.get(column["data_type"]) for column in table["columns"].values()]

        def fetch(count: int) -> list[Row]:
            return [
                {
                    name: value if read is None else read(value)
                    for name, value, read in zip(names, row, readers, strict=True)
                    if value is not None
                }
                for row in cursor.fetchmany(count)
            ]

        yield fetch


def _moment(value: dt.datetime) -> dt.datetime:
    return value if value.tzinfo is None else value.astimezone(dt.UTC)


def _number(value: Decimal) -> Decimal:
    # The column's scale pads with zeros that the value never had.
    shorter = value.normalize()
    return shorter if int(shorter.as_tuple().exponent) <= 0 else shorter.quantize(Decimal(1))


_READERS: dict[str, Callable[[Any], Any]] = {
    "json": json.loads,
    "timestamp": _moment,
    "decimal": _number,
    "wei": _number,
}


def _record_batches(folder: Path, table: Table, size: int, offset: int) -> Iterator[Any]:
    import pyarrow as pa

    reader = pa.RecordBatchReader.from_stream(_core.package_rows(str(folder), table["name"]))
    for batch in reader:
        columns = batch.select([name for name in table["columns"] if name in batch.schema.names])
        skipped = min(offset, columns.num_rows)
        offset -= skipped
        for start in range(skipped, columns.num_rows, size):
            yield columns.slice(start, size)


def _write_file(folder: Path, table: Table, file_format: str) -> Path:
    stem = f"{table['name']}.{folder.name}"
    if file_format == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = folder / f"{stem}.parquet"
        if table["name"] == STATE_TABLE:
            pq.write_table(pa.Table.from_pylist([_state_row(folder)]), path)
            return path
        batches = _record_batches(folder, table, FILE_ROWS, 0)
        first = next(batches)
        with pq.ParquetWriter(path, first.schema) as writer:
            writer.write_batch(first)
            for batch in batches:
                writer.write_batch(batch)
        return path
    typed = file_format == "typed-jsonl"
    path = folder / f"{stem}.{file_format}.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        if table["name"] == STATE_TABLE:
            file.write(_line(_state_row(folder), typed=typed))
            return path
        with _rows(folder, table, 0) as fetch:
            while rows := fetch(FILE_ROWS):
                file.writelines(_line(row, typed=typed) for row in rows)
    return path


def _line(row: Row, *, typed: bool) -> str:
    text = typed_json.dumps(row) if typed else typed_json.dumps(row, default=typed_json.plain)
    return text + "\n"


def _state_row(folder: Path) -> Row:
    state: dict[str, Any] = json.loads((folder / "state.json").read_text("utf-8"))
    packed = zlib.compress(json.dumps(state, separators=(",", ":")).encode(), level=9)
    return {
        "version": state.get("_state_version"),
        "engine_version": state.get("_state_engine_version"),
        "pipeline_name": state.get("pipeline_name"),
        "state": base64.b64encode(packed).decode(),
        "created_at": dt.datetime.now(dt.UTC),
        "version_hash": state.get("_version_hash"),
        "_dlt_load_id": folder.name,
    }
