"""A small shop whose orders come in numbered batches, loaded by one pipeline with any disposition, and what must be there then."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import duckdb

import gristmill as dlt
from gristmill import _core

DISPOSITIONS: dict[str, Any] = {
    "append": "append",
    "replace": "replace",
    "delete-insert": "merge",
    "upsert": {"disposition": "merge", "strategy": "upsert"},
    "insert-only": {"disposition": "merge", "strategy": "insert-only"},
    "scd2": {"disposition": "merge", "strategy": "scd2"},
}
SEVERAL = "several schemas"
CASES = [*DISPOSITIONS, SEVERAL]
BATCHES = 2
ROWS = 12

Item = dict[str, Any]


def batch(number: int, rows: int = ROWS) -> list[Item]:
    """Each batch repeats half of the keys of the one before, and has a column that the one before did not."""
    first = (number - 1) * rows // 2
    return [order(key, number) for key in range(first, first + rows)]


def order(key: int, number: int) -> Item:
    """An order with two lines of two parts each."""
    lines = [{"key": key, "n": number, "parts": [key, side]} for side in (1, -1)]
    return {"id": key, "batch": number, f"only_{number}": "x" * 50, "lines": lines}


def snapshot(number: int, rows: int = ROWS) -> list[Item]:
    """All orders as they stand: those with an even key change each time, the others never."""
    return [order(key, number if key % 2 == 0 else 1) for key in range(rows + number)]


@dataclass
class Scene:
    """A pipeline in a folder."""

    folder: Path
    case: str
    rows: int = ROWS
    batches: int = BATCHES
    began: ClassVar[dt.datetime]

    @property
    def database(self) -> Path:
        """Where the rows go."""
        return self.folder / "store.duckdb"

    @property
    def data(self) -> Path:
        """What may be lost."""
        return self.folder / "data"

    def pipeline(self) -> Any:
        """The pipeline, as a script makes it each time."""
        os.environ["DLT_DATA_DIR"] = str(self.data)
        destination = dlt.destinations.duckdb(str(self.database))
        return dlt.pipeline("orders", destination=destination, dataset_name="shop")

    def sources(self) -> Any:
        """What the next run loads."""
        if self.case == SEVERAL:
            return [self._source("orders", "append"), self._source("returns", "append")]
        return self._source("orders", DISPOSITIONS[self.case])

    def _source(self, table: str, disposition: Any) -> Any:
        @dlt.resource(name=table, primary_key="id", write_disposition=disposition)
        def new(done: Any = dlt.sources.incremental("batch", initial_value=0)) -> Iterator[Any]:
            number = int(done.last_value or 0) + 1
            if number <= self.batches:
                yield batch(number, self.rows)

        @dlt.resource(name=table, write_disposition=disposition)
        def all_of_it() -> Iterator[Any]:
            state = dlt.current.source_state()
            state["done"] = min(state.get("done", 0) + 1, self.batches)
            yield (snapshot if self.case == "scd2" else batch)(state["done"], self.rows)

        @dlt.source(name=table)
        def shop() -> Any:
            return all_of_it if self.case in ("replace", "scd2") else new

        return shop()

    def run(self, times: int = BATCHES) -> None:
        """Run the pipeline as often as there are batches."""
        for _ in range(times):
            self.pipeline().run(self.sources())

    def waiting(self) -> list[str]:
        """Packages that were not loaded, those that were set aside among them."""
        packages = self.data / "pipelines" / "orders" / "packages"
        return [str(manifest) for manifest in packages.rglob("manifest.json") if ".done" not in str(manifest)]

    def check(self, *, whole: bool, database: Path | None = None) -> Verdict:
        """Whether the database holds the first `n` batches, for some `n`; all of them when `whole`."""
        verdict = Verdict()
        database = database or self.database
        if not database.exists():
            verdict.lost += int(whole)
            return verdict
        with duckdb.connect(str(database)) as connection:
            tables = {
                row[0]
                for row in connection.execute(
                    "select table_name from duckdb_tables() where schema_name = 'shop'"
                ).fetchall()
            }
            loaded = "_dlt_loads" in tables
            if not loaded:
                # The first load makes the tables; before it there are none at all.
                verdict.half += len(tables)
                verdict.lost += int(whole)
                return verdict
            names = ["orders", "returns"] if self.case == SEVERAL else ["orders"]
            done = {name: _one(connection, f"select max(batch) from shop.{name}") for name in names}
            number = max(done.values())
            if whole:
                verdict.lost += int(number != self.batches)
            for name in names:
                self._compare(connection, name, number, verdict)
            restored: Any = _core.restore(connection, "shop", "orders")
            if any(_done_by_state(restored["state"], name) != number for name in names):
                verdict.half += 1
                verdict.notes.append(f"the state is not that of batch {number}")
        return verdict

    def _compare(self, connection: Any, name: str, number: int, verdict: Verdict) -> None:
        active = " where _dlt_valid_to is null" if self.case == "scd2" else ""
        every, current = expected(self.case, number, self.rows)
        for found, right in (
            (f"select id, batch from shop.{name}", [(i["id"], i["batch"]) for i in every]),
            (f"select id, batch from shop.{name}{active}", [(i["id"], i["batch"]) for i in current]),
            (f"select key, n from shop.{name}__lines", [(x["key"], x["n"]) for i in every for x in i["lines"]]),
            (
                f"""select l.key, l.n, p.value from shop.{name}__lines__parts as p
                    join shop.{name}__lines as l on p._dlt_parent_id = l._dlt_id
                    join shop.{name} as o on l._dlt_parent_id = o._dlt_id and o.id = l.key and o.batch = l.n""",
                [(x["key"], x["n"], part) for i in every for x in i["lines"] for part in x["parts"]],
            ),
        ):
            is_there, should = Counter(connection.execute(found).fetchall()), Counter(right)
            if is_there != should:
                verdict.lost += (should - is_there).total()
                verdict.duplicated += (is_there - should).total()
                verdict.notes.append(f"batch {number}: {found}")


@dataclass
class Verdict:
    """What is wrong."""

    lost: int = 0
    duplicated: int = 0
    half: int = 0
    notes: list[str] = field(default_factory=list[str])

    @property
    def right(self) -> bool:
        """Whether nothing is."""
        return not (self.lost or self.duplicated or self.half)


def expected(case: str, number: int, rows: int) -> tuple[list[Item], list[Item]]:
    """All rows after `number` batches, and those of them that are active."""
    if case == "scd2":
        versions = {(i["id"], i["batch"]): i for n in range(1, number + 1) for i in snapshot(n, rows)}
        return list(versions.values()), snapshot(number, rows)
    items: list[Item] = []
    for n in range(1, number + 1):
        arriving = batch(n, rows)
        if case == "replace":
            items = []
        elif case in ("delete-insert", "upsert"):
            keys = {i["id"] for i in arriving}
            items = [i for i in items if i["id"] not in keys]
        elif case == "insert-only":
            keys = {i["id"] for i in items}
            arriving = [i for i in arriving if i["id"] not in keys]
        items += arriving
    return items, items


def _done_by_state(state: Any, source: str) -> int:
    about = state["sources"][source]
    if "done" in about:
        return int(about["done"])
    return int(about["resources"][source]["incremental"]["batch"]["last_value"])


def _one(connection: Any, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0] or 0)
