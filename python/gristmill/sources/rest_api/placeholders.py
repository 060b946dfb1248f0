"""`{resources.issues.number}` and `{incremental.start_value}` in paths, parameters, headers and bodies.

They are `str.format` fields, so `{{` and `}}` stand for the braces themselves.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class DirectKeyFormatter(string.Formatter):
    """A formatter that takes a field's whole name, dots and all, for a key before it looks for attributes."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The value of a field, and the key it came from."""
        if field_name in kwargs:
            return kwargs[field_name], field_name
        return super().get_field(field_name, args, kwargs)


_FORMATTER = DirectKeyFormatter()


def field_names(text: str) -> list[str]:
    """The fields that a text names, in order.

    >>> field_names("users/{resources.users.id}/{{raw}}")
    ['resources.users.id']
    """
    return [name for _, name, _, _ in string.Formatter().parse(text) if name]


def texts_in(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Each text within nested dicts and lists, keys included, with its path.

    >>> list(texts_in({"a": ["x"]}, "params"))
    [('params.a', 'a'), ('params.a[0]', 'x')]
    """
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, inner in cast("dict[Any, Any]", value).items():
            if isinstance(key, str):
                yield f"{at}.{key}", key
            yield from texts_in(inner, f"{at}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(cast("Sequence[Any]", value)):
            yield from texts_in(inner, f"{at}[{index}]")


def expand_placeholders(obj: Any, placeholders: Mapping[str, Any], preserve_value_type: bool = False) -> Any:
    """Fill the fields of all texts in `obj`; with `preserve_value_type` a text that is one field becomes its value.

    >>> expand_placeholders({"ids": ["{id}"]}, {"id": 7}, preserve_value_type=True)
    {'ids': [7]}
    """
    if isinstance(obj, str):
        if preserve_value_type and (field := _only_field(obj)):
            return _FORMATTER.get_field(field, (), placeholders)[0]
        return _FORMATTER.format(obj, **placeholders) if "{" in obj or "}" in obj else obj
    if isinstance(obj, dict):
        return {
            expand_placeholders(key, placeholders): expand_placeholders(value, placeholders, preserve_value_type)
            for key, value in cast("dict[Any, Any]", obj).items()
        }
    if isinstance(obj, (list, tuple)):
        return [expand_placeholders(item, placeholders, preserve_value_type) for item in cast("list[Any]", obj)]
    return obj


def _only_field(text: str) -> str | None:
    parsed = list(string.Formatter().parse(text))
    if len(parsed) != 1:
        return None
    literal, field, spec, conversion = parsed[0]
    return field if not literal and field and not spec and conversion is None else None
