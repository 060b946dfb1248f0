"""`from dlt.common import json`: JSON that also writes dates, decimals, ids, bytes, models and dataclasses."""

from __future__ import annotations

import json as standard
import sys
from typing import IO, Any

from gristmill import typed_json

JSONDecodeError = standard.JSONDecodeError
# `from dlt.common.json import json` names this module too.
json = sys.modules[__name__]


def dumps(obj: Any, sort_keys: bool = False, pretty: bool = False) -> str:
    """To text."""
    if pretty:
        return standard.dumps(obj, sort_keys=sort_keys, indent=2, ensure_ascii=False, default=typed_json.plain)
    return typed_json.dumps(obj, sort_keys=sort_keys, default=typed_json.plain)


def dumpb(obj: Any, sort_keys: bool = False, pretty: bool = False) -> bytes:
    """To bytes."""
    return dumps(obj, sort_keys, pretty).encode()


def dump(obj: Any, fp: IO[bytes], sort_keys: bool = False, pretty: bool = False) -> None:
    """To a file that is open for bytes."""
    fp.write(dumpb(obj, sort_keys, pretty))


def loads(s: str) -> Any:
    """From text."""
    return standard.loads(s)


def loadb(s: bytes) -> Any:
    """From bytes."""
    return standard.loads(s)


def load(fp: IO[Any]) -> Any:
    """From a file."""
    return standard.load(fp)


def typed_dumps(obj: Any, sort_keys: bool = False, pretty: bool = False) -> str:
    """To text that keeps the types."""
    del pretty
    return typed_json.dumps(obj, sort_keys=sort_keys)


def typed_loads(s: str) -> Any:
    """From text that keeps the types."""
    return typed_json.loads(s)


def custom_encode(obj: Any) -> Any:
    """What JSON can hold of a value that is not JSON; types are not kept."""
    return typed_json.plain(obj)


def custom_pua_encode(obj: Any) -> Any:
    """What JSON can hold of a value that is not JSON, its type marked by its first character."""
    return typed_json.encoded(obj)


def custom_pua_decode(obj: Any, decoders: Any = None) -> Any:
    """A value whose type is marked, as it was."""
    del decoders
    return typed_json.decoded(obj)
