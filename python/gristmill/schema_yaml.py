"""Schemas as YAML files that people edit and keep in git, written as PyYAML writes them for dlt.

The same schema gives the same bytes whichever of the two wrote it, so that switching makes no diff.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from gristmill.exceptions import MissingDependencyException, SchemaException

if TYPE_CHECKING:
    from pathlib import Path

LINE_WIDTH = 80

# What YAML 1.1 takes for something other than text.
_NOT_TEXT = re.compile(
    r"""(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)
    |(?:~|null|Null|NULL|<<|=|)
    |[-+]?(?:0b[01_]+|0[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*(?::[0-5]?[0-9])*)
    |[-+]?[0-9][0-9_]*(?:\.[0-9_]*(?:[eE][-+][0-9]+)?|(?::[0-5]?[0-9])+\.[0-9_]*)
    |\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?
    |[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)
    |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9:.]+(?:[ \t]*(?:Z|[-+][0-9:]+))?)?""",
    re.VERBOSE,
)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_MEANS_SOMETHING = re.compile(r"""^[#,\[\]{}&*!|>'"%@`]|^[?:-](?:\s|$)|^(?:---|\.\.\.)|:(?:\s|$)|\s\#|^\s|\s$""")


def to_yaml(value: dict[str, Any]) -> str:
    """The text of a file.

    >>> print(to_yaml({"name": "shop", "tables": {"a": {"columns": {}}}, "hints": ["x", "1"]}), end="")
    name: shop
    tables:
      a:
        columns: {}
    hints:
    - x
    - '1'
    """
    return _block(value, 0) + "\n"


def read_yaml(text: str, file: Path) -> dict[str, Any]:
    """The schema that a file holds."""
    try:
        import yaml
    except ImportError:
        feature = f"reading the schema in `{file}`"
        raise MissingDependencyException(feature, ["pyyaml"]) from None
    try:
        stored: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        message = f"`{file}` is not valid YAML: {error}"
        raise SchemaException(message) from None
    if not isinstance(stored, dict) or "name" not in stored:
        message = f"`{file}` does not hold a schema"
        raise SchemaException(message)
    return cast("dict[str, Any]", stored)


def _block(value: Any, depth: int) -> str:
    pad = "  " * depth
    if isinstance(value, dict) and value:
        lines: list[str] = []
        for key, inner in cast("dict[str, Any]", value).items():
            begin = f"{pad}{_scalar(key, 0, depth)}:"
            nested = isinstance(inner, (dict, list)) and bool(cast("Any", inner))
            at = depth + 1 if isinstance(inner, dict) else depth
            lines.append(begin + (f"\n{_block(inner, at)}" if nested else f" {_scalar(inner, len(begin) + 1, depth)}"))
        return "\n".join(lines)
    if isinstance(value, list) and value:
        return "\n".join(
            f"{pad}- {_block(item, depth + 1).lstrip()}"
            if isinstance(item, (dict, list))
            else f"{pad}- {_scalar(item, len(pad) + 2, depth)}"
            for item in cast("list[Any]", value)
        )
    return pad + _scalar(value, len(pad), depth)


def _scalar(value: Any, column: int, depth: int) -> str:
    """A value that begins at a column; text goes on in further lines where it is long."""
    if not isinstance(value, str):
        return json.dumps(value)
    if _UNPRINTABLE.search(value):
        escaped = json.dumps(value, ensure_ascii=False)
        return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped)
    quoted = bool(_NOT_TEXT.fullmatch(value) or _MEANS_SOMETHING.search(value))
    text = f"'{value.replace(chr(39), chr(39) * 2)}'" if quoted else value
    return _folded(text, column, "  " * (depth + 1)) if column else text


def _folded(text: str, column: int, pad: str) -> str:
    # A single space becomes the end of a line once the line is wider than it should be.
    lines: list[str] = [""]
    for part in re.split(r"((?<! ) (?! ))", text):
        if part == " " and column > LINE_WIDTH:
            lines.append(pad)
            column = len(pad)
            continue
        lines[-1] += part
        column += len(part)
    return "\n".join(lines)
