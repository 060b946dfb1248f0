"""A stored schema as YAML: the text that dlt writes into an export folder, and what it reads from an import folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gristmill.exceptions import SchemaException

if TYPE_CHECKING:
    from pathlib import Path


def write(stored: dict[str, Any]) -> str:
    r"""Give the text of a stored schema, line for line as dlt writes it.

    >>> write({"version": 1, "name": "shop"})
    'version: 1\nname: shop\n'
    """
    import yaml

    return yaml.safe_dump(stored, allow_unicode=True, default_flow_style=False, sort_keys=False)


def read(text: str, file: Path) -> dict[str, Any]:
    """Read a stored schema; `file` is named by the `SchemaException` of what is not one."""
    import yaml

    try:
        stored: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        message = f"`{file}` is not valid YAML: {error}"
        raise SchemaException(message) from None
    if not isinstance(stored, dict) or "name" not in stored:
        message = f"`{file}` does not hold a schema"
        raise SchemaException(message)
    return cast("dict[str, Any]", stored)
