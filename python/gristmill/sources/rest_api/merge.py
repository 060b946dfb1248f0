"""What `resource_defaults` and a resource make together.

Of the endpoint only `params` and `json` are merged key by key; of the hints only `columns`. Of everything else the
resource's own value stands. Nothing that the user gave is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gristmill.extract.columns import column_dict, merged_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

Given = dict[str, Any]
_MERGED = ("params", "json")


def as_dict(resource: str | Mapping[str, Any]) -> Given:
    """A resource in full: its name stands for its path, and a text for its endpoint."""
    made: Given = {"name": resource} if isinstance(resource, str) else dict(resource)
    endpoint = made.get("endpoint") or {}
    given: Given = {"path": endpoint} if isinstance(endpoint, str) else dict(endpoint)
    if given.get("path") is None:
        given["path"] = made["name"]
    made["endpoint"] = given
    return made


def merged(defaults: Mapping[str, Any], resource: Given) -> Given:
    """A resource in full laid over the defaults."""
    below: Given = dict(defaults.get("endpoint") or {})
    above: Given = resource["endpoint"]
    endpoint = {**below, **above}
    for key in _MERGED:
        if key in endpoint:
            endpoint[key] = {**(below.get(key) or {}), **(above.get(key) or {})}
    made: Given = {**defaults, **resource, "endpoint": endpoint}
    columns, default_columns = resource.get("columns"), defaults.get("columns")
    if columns and isinstance(columns, (list, dict)) and default_columns and isinstance(default_columns, (list, dict)):
        made["columns"] = merged_columns(column_dict(default_columns), column_dict(cast("Any", columns)))
    return made


def place_of(resource_at: str, own: Mapping[str, Any], section: str, key: str | None = None) -> str:
    """The path of a part of the merged endpoint: the resource's own, or that of the defaults."""
    from_resource = section in own and (section not in _MERGED or key is None or key in (own[section] or {}))
    base = f"{resource_at}.endpoint" if from_resource else "resource_defaults.endpoint"
    return f"{base}.{section}" if key is None else f"{base}.{section}.{key}"
