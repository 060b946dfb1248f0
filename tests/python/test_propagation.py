"""Values that the schema's `propagation` setting hands down to nested rows."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from gristmill import _core


def test_nested_rows_carry_what_the_schema_hands_down() -> None:
    stored = _core.Schema("orders").to_dict()
    stored["normalizers"]["json"]["config"] = {"propagation": {"tables": {"orders": {"id": "order_id"}}}}
    normalizer = _core.Normalizer(_core.Schema.from_dict(stored), "1.0")
    order = {"id": 7, "items": [{"sku": "a", "parts": [1]}, {"sku": "b"}]}
    normalizer.items({"name": "orders"}, [order, {"items": [{"sku": "c"}]}])
    normalizer.finish()
    tables: dict[str, list[Any]] = {name: pa.record_batch(batch).to_pylist() for name, batch in normalizer.drain()}
    assert [(row["sku"], row["order_id"]) for row in tables["orders__items"]] == [("a", 7), ("b", 7), ("c", None)]
    assert [(row["value"], row["order_id"]) for row in tables["orders__items__parts"]] == [(1, 7)]
