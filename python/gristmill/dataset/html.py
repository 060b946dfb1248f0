"""Small tables for notebooks: everything escaped, no scripts, no colours of our own."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def headed(title: str, subtitle: str, body: str) -> str:
    """A table under its title.

    >>> headed("a<b", "", "")
    '<div><strong>a&lt;b</strong><br><small></small></div>'
    """
    return f"<div><strong>{html.escape(title)}</strong><br><small>{html.escape(subtitle)}</small>{body}</div>"


def table_of_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], shown: int) -> str:
    """Rows as a table; those beyond `shown` are told as three dots."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
    lines = ["".join(_cell(value) for value in row) for row in rows[:shown]]
    if len(rows) > shown:
        lines.append(f"<td colspan='{len(columns)}'>…</td>")
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"<td style='text-align:right'>{value:,}</td>"
    return "<td></td>" if value is None else f"<td>{html.escape(str(value))}</td>"
