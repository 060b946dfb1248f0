"""A schema as a graph for graphviz, as text or drawn."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from gristmill.exceptions import MissingDependencyException
from gristmill.schema import Schema

__all__ = ["render_schema_with_graphviz", "schema_to_graphviz"]


def schema_to_graphviz(
    schema: dict[str, Any],
    *,
    naming: Any,
    include_dlt_tables: bool = True,
    include_internal_dlt_ref: bool = True,
    include_parent_child_ref: bool = True,
    include_root_child_ref: bool = True,
    group_by_resource: bool = False,
) -> str:
    """The graph of `schema.to_dict()`, which knows its naming; `Schema.to_dot()` gives the same.

    >>> from gristmill import Schema
    >>> shop = Schema("shop")
    >>> print(schema_to_graphviz(shop.to_dict(), naming=shop.naming).splitlines()[0])
    digraph shop {
    """
    del naming
    return Schema.from_dict(schema).to_dot(
        include_dlt_tables=include_dlt_tables,
        include_internal_dlt_ref=include_internal_dlt_ref,
        include_parent_child_ref=include_parent_child_ref,
        include_root_child_ref=include_root_child_ref,
        group_by_resource=group_by_resource,
    )


def render_schema_with_graphviz(
    obj: Any,
    *,
    path: Path | str,
    format_: str | None = None,
    save_dot_file: bool = False,
    render_kwargs: dict[str, Any] | None = None,
    **what: Any,
) -> Path:
    """Draw a schema, or that of a pipeline or dataset, into a file; its ending or `format_` is the format.

    `save_dot_file` keeps the text beside it, other arguments are those of `schema_to_graphviz`. Gives the file.
    Raises `MissingDependencyException` without the package `graphviz`, which needs the programs of the same name.
    """
    found = getattr(obj, "default_schema", None) or getattr(obj, "schema", None) or obj
    text = schema_to_graphviz(found if isinstance(found, dict) else found.to_dict(), naming=None, **what)
    try:
        graphviz: Any = importlib.import_module("graphviz")
    except ImportError as error:
        raise MissingDependencyException("render_schema_with_graphviz", ["graphviz"]) from error
    target = Path(path)
    wanted = format_ or target.suffix.removeprefix(".") or "png"
    target = target.with_suffix(f".{wanted}")
    if save_dot_file:
        target.with_suffix(".dot").write_text(text, "utf-8")
    target.write_bytes(graphviz.Source(text).pipe(format=wanted, **(render_kwargs or {})))
    return target
