"""The pipelines themselves, written once for gristmill and for dlt: they differ in how a file is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.bench import inputs
from tests.bench.contenders import Asked, ready


def run(dlt: Any, asked: Asked, read: Callable[[str], Any], **options: Any) -> None:
    """Do the case with the library that is given."""
    destination = dlt.destinations.duckdb(str(asked.output / "out.duckdb"))
    pipeline = dlt.pipeline(
        "bench", pipelines_dir=str(asked.output / "pipelines"), destination=destination, dataset_name="bench"
    )
    if asked.case == "merge":
        # The first load is the state that the measured one meets.
        pipeline.run(orders(dlt, 0, asked.rows * 4, 0), **options)
    data = source(dlt, asked, read)
    ready()
    pipeline.run(data, **options)


def source(dlt: Any, asked: Asked, read: Callable[[str], Any]) -> Any:
    """The resource that a case loads."""
    if asked.case in ("json_lines", "memory"):
        return read("products.jsonl").with_name("products")
    if asked.case == "csv":
        return read("rows.csv").with_name("rows")
    if asked.case == "flat_dicts":
        return dlt.resource(inputs.flat_rows(asked.rows), name="rows")
    if asked.case == "nested_dicts":
        return orders(dlt, 0, asked.rows, 0, write_disposition="append", primary_key=None)
    if asked.case == "merge_base":
        return orders(dlt, 0, asked.rows * 4, 0)
    if asked.case in ("merge", "merge_news"):
        return orders(dlt, asked.rows, asked.rows * 2, 1)
    if asked.case == "arrow":
        return dlt.resource([inputs.arrow_table(asked.rows)], name="rows")
    return dlt.resource([{"id": 1}], name="rows")


def orders(dlt: Any, first: int, last: int, version: int, **hints: Any) -> Any:
    def rows() -> Iterator[dict[str, Any]]:
        for number in range(first, last):
            yield inputs.order(number, version)

    return dlt.resource(rows, name="orders", **({"write_disposition": "merge", "primary_key": "id"} | hints))
