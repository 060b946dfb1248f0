"""JSON that keeps dates, decimals, ids and bytes, in the form that dlt writes its state.

A string that stands for such a value starts with a private-use character that tells its type.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import json
import zlib
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST = 0xF026
_DECODERS: list[Callable[[str], Any]] = [
    Decimal,
    dt.datetime.fromisoformat,
    dt.date.fromisoformat,
    UUID,
    bytes.fromhex,
    base64.b64decode,
    Decimal,
    dt.time.fromisoformat,
]


def _marked(kind: int, text: str) -> str:
    return chr(_FIRST + kind) + text


def _encode(value: Any) -> Any:  # noqa: PLR0911
    if isinstance(value, Decimal):
        return _marked(0, str(value))
    if isinstance(value, dt.datetime):
        return _marked(1, value.isoformat())
    if isinstance(value, dt.date):
        return _marked(2, value.isoformat())
    if isinstance(value, UUID):
        return _marked(3, str(value))
    if isinstance(value, bytes):
        return _marked(5, base64.b64encode(value).decode("ascii"))
    if isinstance(value, dt.time):
        return _marked(7, value.isoformat())
    return plain(value)


def encoded(value: Any) -> Any:
    """What JSON holds of a value that is not JSON, its type marked. Raises `TypeError` for what it cannot hold."""
    return _encode(value)


def plain(value: Any) -> Any:  # noqa: PLR0911
    """What JSON can hold of a value that is not JSON; types are not kept."""
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return list(cast("set[Any]", value))
    for method in ("model_dump", "asdict", "_asdict", "item"):
        if hasattr(value, method) and not isinstance(value, type):
            return getattr(value, method)()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    message = f"a `{type(value).__name__}` cannot be written as JSON"
    raise TypeError(message)


def dumps(value: Any, *, sort_keys: bool = False, default: Callable[[Any], Any] = _encode) -> str:
    """Compact JSON text."""
    return json.dumps(value, sort_keys=sort_keys, separators=(",", ":"), ensure_ascii=False, default=default)


def loads(text: str | bytes) -> Any:
    """Back from text, with the types."""
    return decoded(json.loads(text))


def decoded(value: Any) -> Any:
    """A value as it was before its types were marked, and all that is in it."""
    if isinstance(value, str):
        if len(value) > 1 and 0 <= (kind := ord(value[0]) - _FIRST) < len(_DECODERS):
            try:
                return _DECODERS[kind](value[1:])
            except (ValueError, ArithmeticError):
                # Someone else's text may start with such a character.
                return value
        return value
    if isinstance(value, dict):
        return {k: decoded(v) for k, v in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [decoded(v) for v in cast("list[Any]", value)]
    return value


def content_hash(value: Any) -> str:
    """The hash that tells whether a state changed."""
    digest = hashlib.sha3_256(dumps(value, sort_keys=True).encode()).digest()
    return base64.b64encode(digest).decode("ascii")


def packed(value: Any) -> str:
    """Compressed, as the state stands in `_dlt_pipeline_state`."""
    return base64.b64encode(zlib.compress(dumps(value).encode(), level=9)).decode("ascii")


def unpacked(text: str) -> Any:
    """Back from the compressed form."""
    try:
        return loads(zlib.decompress(base64.b64decode(text, validate=True)))
    except (ValueError, zlib.error):
        return loads(text)
