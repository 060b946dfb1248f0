"""Column hints in all the forms users write them, as one dict of column schemas."""

from __future__ import annotations

import datetime as dt
import enum
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, cast, get_args, get_origin
from uuid import UUID

from gristmill.configuration.coerce import bare, is_optional, is_union
from gristmill.names import normalized

Columns = dict[str, dict[str, Any]]

_PYTHON_TYPES: dict[type, str] = {
    str: "text",
    float: "double",
    bool: "bool",
    dt.datetime: "timestamp",
    int: "bigint",
    dict: "json",
    list: "json",
    tuple: "json",
    set: "json",
    bytes: "binary",
    Decimal: "decimal",
    dt.date: "date",
    dt.time: "time",
    UUID: "text",
}


def data_type_of(kind: Any) -> str:
    """The column type for a Python type; text when nothing fits better."""
    origin = get_origin(kind) or kind
    if origin is Literal:
        return data_type_of(type(get_args(kind)[0]))
    if not isinstance(origin, type):
        return "text"
    if origin in _PYTHON_TYPES:
        return _PYTHON_TYPES[origin]
    if issubclass(origin, enum.Enum):
        plain = [b for b in origin.__mro__ if b in _PYTHON_TYPES]
        return _PYTHON_TYPES[plain[0]] if plain else "text"
    for base, name in _PYTHON_TYPES.items():
        if base is not bool and issubclass(origin, base):
            return name
    return "json" if issubclass(origin, (Mapping, Sequence)) else "text"


def is_model(columns: Any) -> bool:
    """Whether it is a pydantic model's class (or an instance)."""
    pydantic = sys.modules.get("pydantic")
    if pydantic is None:
        return False
    return isinstance(columns, pydantic.BaseModel) or (
        isinstance(columns, type) and issubclass(columns, pydantic.BaseModel)
    )


def column_dict(columns: Any) -> Columns:
    """Columns from a dict, a list, a pydantic model or an arrow schema."""
    if isinstance(columns, Mapping):
        given = cast("Mapping[str, Any]", columns)
        return {name: {**column, "name": name} for name, column in given.items()}
    if is_model(columns):
        return model_columns(columns if isinstance(columns, type) else type(columns))
    if hasattr(columns, "__arrow_c_schema__"):
        return arrow_columns(columns)
    if isinstance(columns, Sequence) and not isinstance(columns, str):
        return {column["name"]: dict(column) for column in cast("Sequence[Any]", columns)}
    message = f"columns cannot be given as a `{type(columns).__name__}`"
    raise TypeError(message)


def column_hint(columns: Any) -> Any:
    """The same, or a function of the item when a function was given."""
    if callable(columns) and not isinstance(columns, type):
        function = cast("Callable[[Any], Any]", columns)
        return lambda item: column_dict(function(item))  # pyright: ignore[reportUnknownLambdaType]
    return column_dict(columns)


def model_columns(model: type[Any]) -> Columns:
    """The columns that the fields of a pydantic model say."""
    skip_nested = bool(getattr(model, "dlt_config", {}).get("skip_nested_types", False))
    found: Columns = {}
    for field_name, field in model.model_fields.items():
        annotation = field.annotation
        # `Json[X]` holds text that is parsed into X.
        annotation = getattr(annotation, "inner_type", annotation)
        nullable = is_optional(annotation) and annotation is not Any
        inner = bare(annotation)
        if is_union(inner):
            inner = bare(next(a for a in get_args(inner) if a is not type(None)))
        if inner is Any or getattr(inner, "__name__", "") == "Json":
            continue
        name = str(field.alias or field_name)
        if is_model(inner):
            if not skip_nested:
                found[name] = {"name": name, "data_type": "json", "nullable": nullable}
                continue
            for column in model_columns(inner).values():
                path = f"{normalized(name)}__{normalized(column['name'])}"
                found[path] = {**column, "name": path, "nullable": column["nullable"] or nullable}
        else:
            data_type = data_type_of(inner)
            if data_type != "json" or not skip_nested:
                found[name] = {"name": name, "data_type": data_type, "nullable": nullable}
    return found


def arrow_columns(schema: Any) -> Columns:
    """The columns of an arrow schema."""
    found: Columns = {}
    for field in schema:
        found[field.name] = {"name": field.name, "nullable": field.nullable, **arrow_type(field.type)}
    return found


def arrow_type(kind: Any) -> dict[str, Any]:  # noqa: C901, PLR0911
    """The column type (precision, scale, time zone) of an arrow type."""
    text = str(kind)
    if text.startswith(("string", "large_string", "dictionary", "utf8")):
        return {"data_type": "text"}
    if text in ("float", "double", "halffloat", "float16", "float32", "float64"):
        return {"data_type": "double"}
    if text == "bool":
        return {"data_type": "bool"}
    if text.startswith("timestamp"):
        precision = {"s": 0, "ms": 3, "us": 6, "ns": 9}[text[10:].split(",", maxsplit=1)[0].rstrip("]")]
        column: dict[str, Any] = {"data_type": "timestamp"}
        if precision != 6:  # noqa: PLR2004
            column["precision"] = precision
        if "tz=" not in text:
            column["timezone"] = False
        return column
    if text.startswith(("int", "uint")):
        bits = int(text.removeprefix("u").removeprefix("int"))
        return {"data_type": "bigint"} if bits == 64 else {"data_type": "bigint", "precision": bits}  # noqa: PLR2004
    if text.startswith("decimal"):
        return {"data_type": "decimal", "precision": kind.precision, "scale": kind.scale}
    if text.startswith("date"):
        return {"data_type": "date"}
    if text.startswith("time"):
        precision = {"s": 0, "ms": 3, "us": 6, "ns": 9}[text.split("[")[1].rstrip("]")]
        return {"data_type": "time"} if precision == 6 else {"data_type": "time", "precision": precision}  # noqa: PLR2004
    if text.startswith(("binary", "large_binary", "fixed_size_binary")):
        return {"data_type": "binary"}
    return {"data_type": "json"}


def merged_columns(below: Columns, above: Columns) -> Columns:
    """`above` laid over `below`, column by column; new columns come last."""
    merged = {name: dict(column) for name, column in below.items()}
    for name, column in above.items():
        merged[name] = {**merged.get(name, {}), **{k: v for k, v in column.items() if v is not None}}
    return merged
