"""Rows of a cursor as an Arrow table, with the types that the columns' hints ask for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from gristmill import typed_json
from gristmill.exceptions import DltException, MissingDependencyException
from gristmill.sources.sql_database.plain_values import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

_log = logging.getLogger("gristmill")


class PyToArrowConversionException(DltException):
    """Values of a column do not fit the type that its hints ask for."""

    kind = "sql-value"


def pyarrow() -> Any:
    """The module, or an error that says what needs it."""
    try:
        import pyarrow as pa
    except ImportError:
        feature = "reading a table as Arrow"
        raise MissingDependencyException(feature, ["pyarrow"]) from None
    return pa


def row_tuples_to_arrow(
    rows: Sequence[Any], columns: dict[str, dict[str, Any]] | None = None, tz: str | None = None
) -> Any:
    """One column for each of `columns`, in their order; `tz` is the zone of times that have one (default UTC).

    Raises `PyToArrowConversionException`, which names the column, for values that its type cannot hold.
    """
    pa = pyarrow()
    named = columns or {}
    values = list(zip(*rows, strict=True)) if rows else [()] * len(named)
    arrays: list[Any] = []
    fields: list[Any] = []
    for (name, hints), column in zip(named.items(), values, strict=True):
        array = _array(pa, name, hints, column, tz)
        arrays.append(array)
        fields.append(pa.field(name, array.type, nullable=hints.get("nullable", True)))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def arrow_type(hints: dict[str, Any], tz: str | None = "UTC") -> Any:  # noqa: C901, PLR0911
    """The Arrow type of a column with these hints; None where only the data can tell."""
    pa = pyarrow()
    precision, scale = hints.get("precision"), hints.get("scale")
    match hints.get("data_type"):
        case "text" | "json":
            return pa.string()
        case "double":
            return pa.float64()
        case "bool":
            return pa.bool_()
        case "bigint":
            sizes = ((8, pa.int8()), (16, pa.int16()), (32, pa.int32()))
            return next((kind for most, kind in sizes if precision is not None and precision <= most), pa.int64())
        case "binary":
            return pa.binary(precision or -1)
        case "decimal":
            return _decimal(pa, precision, scale)
        case "wei":
            return pa.decimal128(38, 0)
        case "date":
            return pa.date32()
        case "time":
            unit = _unit(precision)
            return pa.time32(unit) if unit in ("s", "ms") else pa.time64(unit)
        case "timestamp":
            return pa.timestamp(_unit(precision), None if hints.get("timezone") is False else tz or None)
        case _:
            return None


def _decimal(pa: Any, precision: int | None, scale: int | None) -> Any:
    digits, after = (38, 9) if precision is None else (precision, scale or 0)
    if digits <= 38:  # noqa: PLR2004
        return pa.decimal128(digits, after)
    # What has more digits than Arrow keeps those before the point.
    return pa.decimal256(digits, after) if digits <= 76 else pa.decimal256(76, max(0, 76 - (digits - after)))  # noqa: PLR2004


def _unit(precision: int | None) -> str:
    given = 6 if precision is None else precision
    return next(unit for most, unit in ((0, "s"), (3, "ms"), (6, "us"), (99, "ns")) if given <= most)


def _array(pa: Any, name: str, hints: dict[str, Any], values: Sequence[Any], tz: str | None) -> Any:
    wanted = arrow_type(hints, tz or "UTC")
    if wanted is not None and hints.get("data_type") != "json":
        try:
            return pa.array(values, type=wanted)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            # A driver may give numbers as text, or text as numbers: what Arrow makes of them is cast.
            _log.debug("column `%s` is cast to `%s`: %s", name, wanted, error)
    try:
        if wanted is not None and any(isinstance(v, (dict, list, tuple)) for v in values):
            return pa.array([_json(v) for v in values], type=pa.string())
        inferred = pa.array(values)
        if wanted is None and pa.types.is_duration(inferred.type):
            return pa.array([plain(v) for v in values], type=pa.string())
        if wanted is None:
            texts = pa.array([str(v) if v is not None else None for v in values], type=pa.string())
            return texts if str(inferred.type) == "extension<arrow.uuid>" else inferred
        return inferred.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        if wanted is None:
            return pa.array([None if v is None else typed_json.plain(v) for v in values])
        row = next((i for i, v in enumerate(values) if not _fits(pa, v, wanted)), 0)
        message = f"column `{name}`, row {row + 1} of its batch: a value does not fit the type `{wanted}`: {error}"
        hint = "declare another `data_type`, precision or scale for the column, or use `backend='sqlalchemy'`"
        raise PyToArrowConversionException(message, hint=hint) from error


def _json(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else typed_json.dumps(value, default=typed_json.plain)


def _fits(pa: Any, value: Any, wanted: Any) -> bool:
    try:
        pa.array([value]).cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return False
    return True
