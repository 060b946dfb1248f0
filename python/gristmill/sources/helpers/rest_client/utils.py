"""Joining addresses."""

from __future__ import annotations


def join_url(base_url: str | None, path: str) -> str:
    """A path below a base; either may be empty.

    >>> join_url("https://api.example.com/v1/", "/items")
    'https://api.example.com/v1/items'
    """
    if base_url is None:
        message = "`base_url` is missing; an empty text stands for none"
        raise ValueError(message)
    if not base_url or not path:
        return base_url or path
    return f"{base_url.rstrip('/')}/{path.lstrip('/')}"
