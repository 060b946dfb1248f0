"""One day in the life of a pipeline: `day.py <dlt|gristmill> <story> <day> <data dir>`, in the folder of the database."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

Rows = list[dict[str, Any]]

ORDERS: dict[int, Rows] = {
    1: [{"id": n, "at": n, "name": f"n{n}", "lines": [{"sku": f"a{n}"}, {"sku": "b"}]} for n in (1, 2, 3)],
    # Two rows at the boundary, of which one was seen; one that changes and loses a line; one new.
    2: [
        {"id": 3, "at": 3, "name": "n3", "lines": [{"sku": "a3"}, {"sku": "b"}]},
        {"id": 33, "at": 3, "name": "late", "lines": []},
        {"id": 2, "at": 4, "name": "changed", "lines": [{"sku": "c"}]},
        {"id": 4, "at": 5, "name": "n4", "lines": [{"sku": "d", "extra": 1}], "more": 1.5},
    ],
    3: [
        {"id": 1, "at": 1, "name": "too old", "lines": []},
        {"id": 4, "at": 5, "name": "n4", "lines": [{"sku": "d", "extra": 1}], "more": 1.5},
        {"id": 1, "at": 6, "name": "changed too", "lines": [{"sku": "e"}], "more": "text"},
        {"id": 5, "at": 7, "name": "n5", "lines": [{"sku": "f"}]},
    ],
    4: [{"id": 5, "at": 8, "name": "last", "lines": [{"sku": "g"}]}],
}
# Whole pictures of a day: a row that changes, one that goes, one that comes back, one whose list changes.
PRICES: dict[int, Rows] = {
    1: [{"id": n, "price": n, "tags": ["x"]} for n in (1, 2, 3)],
    2: [{"id": 1, "price": 1, "tags": ["x"]}, {"id": 2, "price": 20, "tags": ["x"]}, {"id": 4, "price": 4, "tags": []}],
    3: [{"id": 1, "price": 1, "tags": ["x", "y"]}, {"id": 3, "price": 3, "tags": ["x"]}, {"id": 2, "price": 2.5}],
    4: [{"id": 3, "price": 3, "tags": ["x"]}],
}
# Shapes that change from day to day: new columns, new lists, values of other types, a column that is null at first.
SHAPES: dict[int, list[Any]] = {
    1: [{"id": 1, "v": 1, "none": None, "deep": {"a": {"b": 1}}}],
    2: [{"id": "x", "v": "text", "none": 1, "deep": {"a": {"c": [1, 2]}}}, {"New Key": "2024-01-01T00:00:00Z"}],
    3: [{"id": 3, "v": 1.5, "none": "n", "deep": {"a": {"c": [{"d": True}]}}, "new_key": "late"}],
    4: [{"id": 4, "v": True}],
}


def shop(dlt: Any, day: int) -> list[Any]:
    """Incremental with merge, incremental with append, and a state of the source."""

    @dlt.source(name="shop")
    def source() -> Any:
        @dlt.resource(primary_key="id", write_disposition="merge")
        def orders(at=dlt.sources.incremental("at", initial_value=0)):
            dlt.current.source_state().setdefault("days", []).append(day)
            yield ORDERS[day]

        @dlt.resource(write_disposition="append")
        def seen(at=dlt.sources.incremental("at", initial_value=0)):
            yield [{"id": row["id"], "at": row["at"], "day": day} for row in ORDERS[day]]

        return orders, seen

    return [source()]


def history(dlt: Any, day: int) -> list[Any]:
    """Slowly changing dimensions."""
    kept = {"disposition": "merge", "strategy": "scd2"}
    return [
        dlt.resource(PRICES[day], name="prices", write_disposition=kept, columns={"price": {"data_type": "double"}})
    ]


def by_key(dlt: Any, day: int) -> list[Any]:
    """Upsert and insert-only, by keys; insert-only without lists, whose rows dlt mixes."""
    plain = [{"id": row["id"], "price": row["price"]} for row in PRICES[day]]
    return [
        dlt.resource(
            rows,
            name=name,
            primary_key="id",
            write_disposition={"disposition": "merge", "strategy": strategy},
            columns={"price": {"data_type": "double"}},
        )
        for name, strategy, rows in (("upserted", "upsert", PRICES[day]), ("inserted", "insert-only", plain))
    ]


def whole(dlt: Any, day: int) -> list[Any]:
    """Replace, with lists, and append beside it."""
    return [
        dlt.resource(PRICES[day], name="current", write_disposition="replace"),
        dlt.resource(PRICES[day], name="all_days", write_disposition="append"),
    ]


def shapes(dlt: Any, day: int) -> list[Any]:
    """Columns, lists and types that come and go."""
    return [dlt.resource(SHAPES[day], name="things")]


def sources(dlt: Any, day: int) -> list[Any]:
    """Two sources in one pipeline, each with a schema and a state of its own; one rests every other day."""

    def made(name: str, rows: Rows) -> Any:
        @dlt.source(name=name)
        def source() -> Any:
            @dlt.resource(name=f"{name}_rows", primary_key="id", write_disposition="merge")
            def found(at=dlt.sources.incremental("at", initial_value=0)):
                dlt.current.resource_state()["day"] = day
                yield rows

            return found

        return source()

    found = [made("north", ORDERS[day])]
    return [*found, made("south", ORDERS[day][:2])] if day % 2 else found


STORIES: dict[str, Callable[[Any, int], list[Any]]] = {
    "shop": shop,
    "history": history,
    "by_key": by_key,
    "whole": whole,
    "shapes": shapes,
    "sources": sources,
}


def main() -> None:
    """Load one day and tell what became of the state."""
    peer, story, day, data_dir = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    os.environ.update(DLT_DATA_DIR=data_dir, RUNTIME__DLTHUB_TELEMETRY="false", RUNTIME__LOG_LEVEL="CRITICAL")
    dlt = importlib.import_module(peer)
    pipeline = dlt.pipeline("switching", destination=dlt.destinations.duckdb("warehouse.duckdb"), dataset_name="data")
    info = pipeline.run(STORIES[story](dlt, day))
    info.raise_on_failed_jobs()
    print(
        json.dumps({"state": pipeline.state.get("sources"), "rows": pipeline.last_trace.last_normalize_info.row_counts})
    )


if __name__ == "__main__":
    main()
