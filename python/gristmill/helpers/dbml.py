"""A schema as a document for dbdiagram.io and its like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.schema import Schema

__all__ = ["export_to_dbml"]


def export_to_dbml(schema: Schema, *, path: Path | str | None = None, **what: Any) -> str:
    """The document of a schema, written to `path` if one is given; other arguments are those of `Schema.to_dbml`.

    >>> from gristmill import Schema
    >>> print(export_to_dbml(Schema("shop")).splitlines()[0])
    Table "_dlt_version" {
    """
    what.pop("allow_custom_dbml_properties", None)
    text = schema.to_dbml(**what)
    if path is not None:
        Path(path).write_text(text, "utf-8")
    return text
