"""A stored schema as a diagram for mermaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill import schema_drawing
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["schema_to_mermaid"]


def schema_to_mermaid(
    schema: dict[str, Any],
    *,
    references: Sequence[dict[str, Any]],
    hide_columns: bool = False,
    hide_descriptions: bool = False,
    include_dlt_tables: bool = True,
) -> str:
    """The diagram of `schema.to_dict()`; `Schema.to_mermaid()` needs no references told.

    >>> from gristmill import Schema
    >>> shop = Schema("shop")
    >>> print(schema_to_mermaid(shop.to_dict(), references=shop.references).splitlines()[0])
    erDiagram
    """
    return schema_drawing.mermaid(
        Schema.from_dict(schema),
        columns=not hide_columns,
        descriptions=not hide_descriptions,
        dlt_tables=include_dlt_tables,
        lines_between=list(references),
    )
