"""How a column of an Arrow driver becomes what the same column of SQLAlchemy's rows becomes.

Each pair of a reflected type and an Arrow type that is listed here has a way; where a pair has none, the table is read
through SQLAlchemy.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gristmill import typed_json
from gristmill.sources.sql_database.arrow_helpers import pyarrow

if TYPE_CHECKING:
    from collections.abc import Mapping

Convert = Callable[[Any], Any]


class NeedsRows(Exception):
    """The column holds a value that travels as a Python object only."""


@dataclass(frozen=True)
class Way:
    """What becomes of a column: `loaded` gives the array that is loaded, `value` the Python value of one cell."""

    loaded: Convert
    value: Convert


def way_of(hints: Mapping[str, Any], kind: Any, dialect: str) -> Way | None:  # noqa: PLR0911
    """The way of a column with these hints that comes as the Arrow type `kind`; None if there is none."""
    pa = pyarrow()
    is_type, wanted = pa.types, hints.get("data_type")
    if str(kind).startswith("extension<"):
        return _extension(pa, wanted, hints, kind)
    if wanted in ("double", None) and is_type.is_floating(kind):
        # PostgreSQL's drivers read the shortest text of a float, DuckDB's gives its bits.
        return _SHORT_FLOAT if is_type.is_float32(kind) and dialect == "postgresql" else _FLOAT
    if wanted == "timestamp" and hints.get("precision") in (None, 6):
        return _timestamp(pa, hints, kind, dialect)
    if wanted == "json" and is_type.is_list(kind):
        scalar = kind.value_type
        plain = (is_type.is_integer, is_type.is_string, is_type.is_boolean, is_type.is_float64)
        return _LIST if any(test(scalar) for test in plain) else None
    if wanted == "json" and is_type.is_string(kind):
        return _JSON
    if dialect == "sqlite" and is_type.is_string(kind) and wanted == "date":
        return Way(lambda array: _cast(array, pa.date32()), dt.date.fromisoformat)
    if dialect == "sqlite" and wanted == "bool" and is_type.is_integer(kind):
        return Way(lambda array: _cast(array, pa.bool_()), bool)
    if wanted == "decimal" and is_type.is_decimal128(kind):
        return _SAME if (hints.get("precision") or 38) <= 38 else None  # noqa: PLR2004
    tests: dict[str, Convert] = {
        "bigint": is_type.is_integer,
        "text": is_type.is_string,
        "bool": is_type.is_boolean,
        "binary": is_type.is_binary,
        "time": lambda k: k == pa.time64("us"),
    }
    if wanted == "date" and is_type.is_date32(kind):
        return Way(_date_infinity, _date)
    return _SAME if wanted in tests and tests[wanted](kind) else None


def _extension(pa: Any, wanted: Any, hints: Mapping[str, Any], kind: Any) -> Way | None:
    if kind.extension_name == "arrow.json" and wanted == "json":
        return _JSON
    if kind.extension_name == "arrow.uuid" and wanted == "text":
        return Way(_uuid_texts, str)
    precision, scale = hints.get("precision"), hints.get("scale")
    if wanted == "decimal" and getattr(kind, "type_name", None) == "numeric" and (precision or 38) <= 38:  # noqa: PLR2004
        target = pa.decimal128(38, 9) if precision is None else pa.decimal128(precision, scale or 0)
        return Way(lambda array: _cast(array.storage, target), _decimal)
    return None


def _cast(array: Any, kind: Any) -> Any:
    pa = pyarrow()
    try:
        return array.cast(kind)
    except pa.ArrowInvalid as error:
        raise NeedsRows(str(error)) from error


def _decimal(text: str) -> Decimal:
    return Decimal({"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text, text))


# -- times -----------------------------------------------------------------------------------------------------------
# PostgreSQL counts from 2000, Arrow from 1970, and its driver adds the years between to the infinities too, which wrap.
_SHIFT = 946_684_800_000_000
# DuckDB has them at the ends of the numbers, and that is where they go.
_ENDS, _END_DAYS = (2**63 - 1, -(2**63) + 1), (2**31 - 1, -(2**31) + 1)
_INFINITE = {2**63 - 1 + _SHIFT - 2**64: _ENDS[0], -(2**63) + _SHIFT: _ENDS[1], **{end: end for end in _ENDS}}
_INFINITE_DAYS = {
    2**31 - 1 + 10_957 - 2**32: _END_DAYS[0],
    -(2**31) + 10_957: _END_DAYS[1],
    **{end: end for end in _END_DAYS},
}
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001


def _timestamp(pa: Any, hints: Mapping[str, Any], kind: Any, dialect: str) -> Way | None:
    if dialect == "sqlite" and pa.types.is_string(kind):
        return Way(lambda array: _cast(array, pa.timestamp("us")), dt.datetime.fromisoformat)
    if not pa.types.is_timestamp(kind) or kind.unit != "us" or hints.get("timezone", True) is (kind.tz is None):
        return None
    zone = dt.UTC if kind.tz is not None else None

    def value(micros: int) -> dt.datetime:
        if micros in _INFINITE:
            end = dt.datetime.max if _INFINITE[micros] > 0 else dt.datetime.min  # noqa: DTZ901
            return end.replace(tzinfo=zone)
        return (_EPOCH + dt.timedelta(microseconds=micros)).replace(tzinfo=zone)

    return Way(_time_infinity, value)


def _time_infinity(array: Any) -> Any:
    pa = pyarrow()
    return _replaced(array, pa.int64(), _INFINITE)


def _date_infinity(array: Any) -> Any:
    pa = pyarrow()
    return _replaced(array, pa.int32(), _INFINITE_DAYS)


def _replaced(array: Any, number: Any, values: Mapping[int, int]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    arrow: Any = pa
    compute: Any = pc
    numbers = array.view(number)
    ends = compute.min_max(numbers)
    least, most = ends["min"].as_py(), ends["max"].as_py()
    if least is None or not any(least <= infinite <= most for infinite in values):
        return array
    for infinite, becomes in values.items():
        found = compute.equal(numbers, arrow.scalar(infinite, number))
        numbers = compute.if_else(found, arrow.scalar(becomes, number), numbers)
    return numbers.view(array.type)


def _date(days: int) -> dt.date:
    if days in _INFINITE_DAYS:
        return dt.date.max if _INFINITE_DAYS[days] > 0 else dt.date.min
    return _EPOCH.date() + dt.timedelta(days=days)


def cells(array: Any) -> list[Any]:
    """The cells in their plainest form: times as numbers, so that none is out of Python's range."""
    pa = pyarrow()
    if pa.types.is_timestamp(array.type):
        return array.view(pa.int64()).to_pylist()
    if pa.types.is_date32(array.type):
        return array.view(pa.int32()).to_pylist()
    if str(array.type).startswith("extension<") and array.type.extension_name != "arrow.uuid":
        return array.storage.to_pylist()
    return array.to_pylist()


# -- texts -----------------------------------------------------------------------------------------------------------


def _json_texts(array: Any) -> Any:
    pa = pyarrow()
    texts = array.storage if hasattr(array, "storage") else array
    return pa.array([None if text is None else _normal(text) for text in texts.to_pylist()], pa.string())


def _normal(text: str) -> str:
    value = json.loads(text)
    if not isinstance(value, (dict, list)) or _has_float(value):
        # What is a null or a scalar in JSON, and how a float is written, is decided where items are read.
        reason = "a scalar or a float in JSON"
        raise NeedsRows(reason)
    return typed_json.dumps(value)


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_float(v) for v in value.values())
    return isinstance(value, float) or (isinstance(value, list) and any(_has_float(v) for v in value))


def _list_texts(array: Any) -> Any:
    pa = pyarrow()
    lists = array.to_pylist()
    if any(isinstance(value, float) for values in lists for value in values or ()):
        reason = "floats in an array"
        raise NeedsRows(reason)
    return pa.array([None if value is None else typed_json.dumps(value) for value in lists], pa.string())


def _uuid_texts(array: Any) -> Any:
    pa = pyarrow()
    texts = [None if value is None else value.hex() for value in array.storage.to_pylist()]
    return pa.array([t and f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}" for t in texts], pa.string())


def _short_floats(array: Any) -> Any:
    # 1.1 in four bytes is the number that is written 1.1, as it is to everyone who reads it as text.
    pa = pyarrow()
    return array.cast(pa.string()).cast(pa.float64())


def _short_float(value: float) -> float:
    pa = pyarrow()
    return float(pa.scalar(value, pa.float32()).cast(pa.string()).as_py())


def _same(value: Any) -> Any:
    return value


_SAME = Way(_same, _same)
_FLOAT = Way(lambda array: _cast(array, pyarrow().float64()), _same)
_JSON = Way(_json_texts, json.loads)
_LIST = Way(_list_texts, _same)
_SHORT_FLOAT = Way(_short_floats, _short_float)
