"""Values that only Python has: what type of column each makes, and what is in it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import uuid
from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pydantic
import pytest

from gristmill import _core

UTC = dt.UTC


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Text(str):  # noqa: SLOT000 - as users write it
    pass


class Number(int):
    pass


class Wei(decimal.Decimal):
    pass


Point = namedtuple("Point", ["x", "y"])  # noqa: PYI024 - as users write it


def column(value: Any, hints: dict[str, Any] | None = None) -> tuple[str | None, Any]:
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    normalizer.items({"name": "items", "columns": {"v": {"name": "v", **hints}} if hints else {}}, [{"v": value}])
    described = normalizer.schema.to_dict()["tables"]["items"]["columns"]
    [(_, batch)] = normalizer.drain()
    row = pa.record_batch(batch).to_pylist()[0]
    return described.get("v", {}).get("data_type"), row.get("v")


@pytest.mark.parametrize(
    ("value", "data_type", "stored"),
    [
        (dt.datetime(2024, 1, 2, 3, 4, 5, 678), "timestamp", dt.datetime(2024, 1, 2, 3, 4, 5, 678, UTC)),
        (
            dt.datetime(2024, 1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            "timestamp",
            dt.datetime(2024, 1, 2, 1, tzinfo=UTC),
        ),
        (dt.datetime(1, 1, 1), "timestamp", dt.datetime(1, 1, 1, tzinfo=UTC)),
        (dt.date(2024, 1, 2), "date", dt.date(2024, 1, 2)),
        (dt.time(3, 4, 5, 6), "time", dt.time(3, 4, 5, 6)),
        (dt.timedelta(days=1, hours=2, seconds=3, microseconds=500000), "text", "P1DT2H3.5S"),
        (dt.timedelta(0), "text", "PT0S"),
        (decimal.Decimal("12.5"), "decimal", decimal.Decimal("12.500000000")),
        (decimal.Decimal("1E+3"), "decimal", decimal.Decimal("1000.000000000")),
        (Wei("100000000000000000000"), "wei", decimal.Decimal(10**20)),
        (b"\x00\xff", "binary", b"\x00\xff"),
        (bytearray(b"ab"), "binary", b"ab"),
        (memoryview(b"ab"), "binary", b"ab"),
        (uuid.UUID(int=5), "text", str(uuid.UUID(int=5))),
        (Colour.RED, "text", "red"),
        (Level.HIGH, "bigint", 3),
        (Text("a"), "text", "a"),
        (Number(5), "bigint", 5),
        (True, "bool", True),
        (2**63, "wei", decimal.Decimal(2**63)),
        (10**40, "text", str(10**40)),
        (np.int64(5), "bigint", 5),
        (np.float32(0.5), "double", 0.5),
        (np.float64(0.5), "double", 0.5),
        (np.bool_(True), "bool", True),
        (np.str_("x"), "text", "x"),
        (np.datetime64("2024-01-02T03:04:05"), "timestamp", dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (np.datetime64("NaT"), None, None),
        (
            pd.Timestamp("2024-01-02T03:04:05", tz="Europe/Berlin"),
            "timestamp",
            dt.datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC),
        ),
        (pd.NaT, None, None),
        (pd.NA, None, None),
        (complex(1, 2), "text", "(1+2j)"),
        (None, None, None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_makes_its_column(value: Any, data_type: str | None, stored: Any) -> None:
    assert column(value) == (data_type, stored)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_lacks_are_kept(value: float) -> None:
    data_type, stored = column(value)
    assert (data_type, repr(stored)) == ("double", repr(value))


@dataclasses.dataclass
class Order:
    number: int
    lines: list[Any]
    _private: int = 0


class Model(pydantic.BaseModel):
    number: int = pydantic.Field(alias="No")


@pytest.mark.parametrize(
    ("item", "rows"),
    [
        (Order(1, [{"a": 1}]), {"items": [{"number": 1}], "items__lines": [{"a": 1}]}),
        (Model(No=5), {"items": [{"no": 5}]}),
        (OrderedDict(a=1), {"items": [{"a": 1}]}),
        ({"p": Point(1, 2)}, {"items": [{"p__x": 1, "p__y": 2}]}),
        ({"t": (1, 2)}, {"items": [{}], "items__t": [{"value": 1}, {"value": 2}]}),
        ({"s": {7}}, {"items": [{}], "items__s": [{"value": 7}]}),
        ({"g": (n for n in (1, 2))}, {"items": [{}], "items__g": [{"value": 1}, {"value": 2}]}),
        ({"a": np.array([1, 2])}, {"items": [{}], "items__a": [{"value": 1}, {"value": 2}]}),
        (
            {1: "a", None: "b", True: "c"},  # noqa: F601 - equal keys, as Python has them
            {"items": [{"_1": "c", "null": "b"}]},
        ),
        ({"k": {"v": 1}.keys()}, {"items": [{}], "items__k": [{"value": "v"}]}),
    ],
    ids=["dataclass", "pydantic", "ordered", "namedtuple", "tuple", "set", "generator", "array", "keys", "view"],
)
def test_what_is_like_a_dict_or_list(item: Any, rows: dict[str, Any]) -> None:
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    normalizer.items({"name": "items"}, [item])
    found = {
        name: [
            {key: value for key, value in row.items() if not key.startswith("_dlt")}
            for row in pa.record_batch(batch).to_pylist()
        ]
        for name, batch in normalizer.drain()
    }
    assert found == rows


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({"a": {"b": object()}}, "table `items`, column `a__b`, row 1: a value of type `object` cannot be kept"),
        ({"a": "\ud800"}, "table `items`, column `a`, row 1: a text holds a lone surrogate"),
        ({"a": [lambda: 1]}, "a value of type `function` cannot be kept"),
        ({"\ud800": 1}, "table `items`, row 1, the name of a key: a text holds a lone surrogate"),
        ({"a": 10**5000}, "table `items`, column `a`, row 1: an integer has more digits"),
        ({"a": np.datetime64(1, "ps")}, "`1970-01-01T00:00:00.000000000001` is more than microseconds can tell"),
    ],
)
def test_what_nothing_can_hold_is_refused_by_name(item: Any, says: str) -> None:
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    with pytest.raises(_core.GristmillError) as raised:
        normalizer.items({"name": "items"}, [item])
    assert says in raised.value.message


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (np.datetime64("9999-12-31"), dt.datetime(9999, 12, 31, tzinfo=UTC)),
        (np.datetime64("1600-01-01T00:00:00.000001"), dt.datetime(1600, 1, 1, 0, 0, 0, 1, tzinfo=UTC)),
        (np.datetime64("2024-01-01", "M"), dt.datetime(2024, 1, 1, tzinfo=UTC)),
        (np.timedelta64(5, "D"), "P5D"),
        (np.datetime64("NaT"), None),
    ],
    ids=str,
)
def test_times_of_numpy_are_those_that_it_tells(value: Any, stored: Any) -> None:
    assert column(value)[1] == stored


def test_a_list_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    with pytest.raises(_core.GristmillError, match="levels deep"):
        normalizer.items({"name": "items"}, [{"loop": loop}])


def test_an_arrow_table_keeps_its_data() -> None:
    table = pa.table(
        {
            "Some Name": [1, 2],
            "small": pa.array([1, 2], pa.int32()),
            "at": pa.array([dt.datetime(2024, 1, 1)] * 2, pa.timestamp("ms")),
            "nothing": pa.nulls(2),
            "tags": [["a"], []],
        }
    )
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    assert normalizer.arrow({"name": "items"}, table) == 2
    described = normalizer.schema.to_dict()["tables"]["items"]["columns"]
    assert {name: (c["data_type"], c.get("precision")) for name, c in described.items()} == {
        "some_name": ("bigint", None),
        "small": ("bigint", 32),
        "at": ("timestamp", 3),
        "tags": ("json", None),
    }
    [(_, batch)] = normalizer.drain()
    assert pa.record_batch(batch).to_pylist()[0] == {
        "some_name": 1,
        "small": 1,
        "at": dt.datetime(2024, 1, 1, tzinfo=UTC),
        "tags": ["a"],
    }


def test_json_integers_of_any_length_keep_their_digits() -> None:
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    digits = ["18446744073709551616", "-9223372036854775809", "1" + "0" * 37]
    lines = "".join(f'{{"text": "\\"123456789012345678901234\\"", "v": {number}}}\n' for number in digits)
    normalizer.json_lines({"name": "items"}, lines.encode())
    normalizer.finish()
    values = [str(value) for _, batch in normalizer.drain() for value in pa.record_batch(batch).column("v").to_pylist()]
    assert values == digits


def arrow_columns(array: pa.Array, hints: dict[str, Any] | None = None) -> tuple[dict[str, list[Any]], list[str]]:
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    normalizer.arrow(
        {"name": "items", "columns": {"v": {"name": "v", **hints}} if hints else {}}, pa.table({"v": array})
    )
    normalizer.finish()
    [(_, batch)] = normalizer.drain()
    columns = pa.record_batch(batch)
    return {name: columns.column(name).cast("string").to_pylist() for name in columns.schema.names}, (
        normalizer.take_warnings()
    )


TOO_WIDE = decimal.Decimal("12345678901234567890123456789.5")


@pytest.mark.parametrize(
    ("array", "hints", "columns", "told"),
    [
        (pa.array([2**63 - 1], pa.uint64()), None, {"v": [str(2**63 - 1)]}, None),
        (pa.array([1, 2**63, None, 2**64 - 1], pa.uint64()), None,
         {"v": ["1", None, None, None], "v__v_wei": [None, str(2**63), None, str(2**64 - 1)]}, "`v__v_wei` (2 times)"),
        (pa.array([1_000, None], pa.timestamp("ns")), None, {"v": ["1970-01-01 00:00:00.000001Z", None]}, None),
        (pa.array([1_001, 2_000], pa.timestamp("ns", "Europe/Paris")), None,
         {"v": ["1970-01-01 00:00:00.000001Z", "1970-01-01 00:00:00.000002Z"],
          "v__v_text": ["1970-01-01T00:00:00.000001001Z", None]}, "`v__v_text`"),
        (pa.array([decimal.Decimal("1.5"), TOO_WIDE], pa.decimal256(60, 20)), None,
         {"v": ["1.50000000000000000000", None], "v__v_text": [None, f"{TOO_WIDE}" + "0" * 19]}, "`v__v_text`"),
        (pa.array([decimal.Decimal("1.5")], pa.decimal256(60, 20)), None, {"v": ["1.50000000000000000000"]}, None),
        (pa.array(["007", "7", "-7", "x", None]), {"data_type": "bigint"},
         {"v": ["7", "7", "-7", None, None], "v__v_text": ["007", None, None, "x", None]}, "`v__v_text` (2 times)"),
        (pa.array(["7"]).dictionary_encode().cast(pa.large_string()), {"data_type": "bigint"}, {"v": ["7"]}, None),
    ],
)  # fmt: skip
def test_what_its_type_would_alter_of_an_arrow_column_stays_beside_it(
    array: pa.Array, hints: dict[str, Any] | None, columns: dict[str, list[Any]], told: str | None
) -> None:
    found, warnings = arrow_columns(array, hints)
    assert found == columns
    if told is None:
        assert warnings == []
    else:
        [warning] = warnings
        assert warning.startswith("table `items`, column `v`: values that its type would alter are kept in `v__v_")
        assert warning.endswith(told)


def test_a_decimal_that_no_column_holds_is_refused_by_name_where_types_may_not_vary() -> None:
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    hints = {"name": "items", "schema_contract": {"data_type": "freeze"}}
    with pytest.raises(_core.GristmillError, match="table `items`, column `v`: a decimal has more digits"):
        normalizer.arrow(hints, pa.table({"v": pa.array([TOO_WIDE], pa.decimal256(60, 20))}))
