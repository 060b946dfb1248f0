"""Type names for user code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gristmill.configuration.coerce import TSecretStrValue, TSecretValue
from gristmill.extract.items import TAny, TDataItem, TDataItems, TTableHintTemplate

AnyFun = Callable[..., Any]
DictStrAny = dict[str, Any]
DictStrStr = dict[str, str]
StrAny = Mapping[str, Any]
StrStr = Mapping[str, str]
TColumnNames = str | Sequence[str]
TAnyDateTime = Any

__all__ = [
    "AnyFun",
    "DictStrAny",
    "DictStrStr",
    "StrAny",
    "StrStr",
    "TAny",
    "TAnyDateTime",
    "TColumnNames",
    "TDataItem",
    "TDataItems",
    "TSecretStrValue",
    "TSecretValue",
    "TTableHintTemplate",
]
