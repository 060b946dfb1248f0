"""What an answer tells about its API: where the records are, and how pages go on. Mirrors dlt's detection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from gristmill.sources.helpers.rest_client.paginators import (
    BasePaginator,
    HeaderLinkPaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)

if TYPE_CHECKING:
    from requests import Response

KeyPath = tuple[str, ...]
Detected = tuple[BasePaginator, float] | tuple[None, None]
Detector = Callable[["Response"], Detected]

RECORD_KEY_PATTERNS = frozenset(
    ("data", "items", "results", "entries", "records", "rows", "entities", "payload", "content", "objects", "values")
)
NON_RECORD_KEY_PATTERNS = frozenset(("meta", "metadata", "pagination", "links", "extras", "headers"))
NEXT_PAGE_KEY_PATTERNS = frozenset(("next",))
NEXT_PAGE_DICT_KEY_PATTERNS = frozenset(("href", "url"))
TOTAL_PAGES_KEYS = frozenset(("^total_pages$", "^pages$", "^totalpages$"))
_DEEPEST_LIST = 2


def single_entity_path(path: str) -> bool:
    """Whether a path ends with a placeholder, so that it stands for one thing.

    >>> single_entity_path("posts/{id}"), single_entity_path("posts/{id}/comments")
    (True, False)
    """
    return re.search(r"\{([a-zA-Z0-9\.\-_]+)\}", PurePosixPath(path).name) is not None


def matches_any_pattern(key: str, patterns: Iterable[str]) -> bool:
    """Whether a key begins like one of the patterns."""
    return any(re.match(pattern, key.lower()) for pattern in patterns)


def find_all_lists(
    dict_: dict[str, Any], path: KeyPath = (), result: list[tuple[KeyPath, list[Any]]] | None = None
) -> list[tuple[KeyPath, list[Any]]]:
    """All lists within nested dicts, three levels down at most, in the order of the keys."""
    found = [] if result is None else result
    if len(path) > _DEEPEST_LIST:
        return found
    for key, value in dict_.items():
        if isinstance(value, list):
            found.append(((*path, key), cast("list[Any]", value)))
        elif isinstance(value, dict):
            find_all_lists(cast("dict[str, Any]", value), (*path, key), found)
    return found


def find_response_page_data(response: Any) -> tuple[KeyPath, Any]:
    """The path to the records, and the records; `("$",)` when all of the answer is one."""
    if not isinstance(response, dict):
        return ("$",), response
    lists = find_all_lists(cast("dict[str, Any]", response))
    named = [found for found in lists if found[0][-1] in RECORD_KEY_PATTERNS]
    if named or lists:
        return (named or lists)[0]
    return ("$",), response


def find_next_page_path(response: Any, path: KeyPath = ()) -> tuple[KeyPath, Any] | tuple[None, None]:
    """Where the answer refers to the next page, and the reference."""

    def reference(key: str, value: Any) -> tuple[KeyPath, Any] | None:
        if not matches_any_pattern(key, NEXT_PAGE_KEY_PATTERNS):
            return None
        if not isinstance(value, dict):
            return ((*path, key), value) if isinstance(value, (str, int, float)) else None
        for inner, found in cast("dict[str, Any]", value).items():
            if matches_any_pattern(inner, NEXT_PAGE_DICT_KEY_PATTERNS) and isinstance(found, (str, int, float)):
                return (*path, key, inner), found
        return None

    return _first_below(response, path, reference, find_next_page_path)


def find_total_pages_path(response: Any, path: KeyPath = ()) -> tuple[KeyPath, Any] | tuple[None, None]:
    """Where the answer says how many pages there are, and how many."""

    def total(key: str, value: Any) -> tuple[KeyPath, Any] | None:
        counts = matches_any_pattern(key, TOTAL_PAGES_KEYS) and isinstance(value, (str, int, float))
        return ((*path, key), value) if counts else None

    return _first_below(response, path, total, find_total_pages_path)


def _first_below(
    response: Any, path: KeyPath, look: Callable[[str, Any], Any], deeper: Callable[[Any, KeyPath], Any]
) -> Any:
    if not isinstance(response, dict):
        return None, None
    for key, value in cast("dict[str, Any]", response).items():
        found = look(key, value)
        if found is not None:
            return found
        if isinstance(value, dict):
            below = deeper(value, (*path, key))
            if below != (None, None):
                return below
    return None, None


def joined(path: KeyPath) -> str:
    """A path as text."""
    # A key with a dot in it is one key, and is quoted to stay one.
    return ".".join(key if re.fullmatch(r"[\w$@-]+", key) else f"'{key}'" for key in path)


def header_links_detector(response: Response) -> Detected:
    """A `Link` header."""
    return (HeaderLinkPaginator(), 1.0) if response.links.get("next") else (None, None)


def json_links_detector(response: Response) -> Detected:
    """A URL of the next page in the body."""
    path, reference = find_next_page_path(response.json())
    if path and isinstance(reference, str) and reference.startswith(("http", "/")):
        return JSONLinkPaginator(next_url_path=joined(path)), 1.0
    return None, None


def cursor_paginator_detector(response: Response) -> Detected:
    """Anything else called next."""
    path, _ = find_next_page_path(response.json())
    return (JSONResponseCursorPaginator(cursor_path=joined(path)), 0.5) if path else (None, None)


def pages_number_paginator_detector(response: Response) -> Detected:
    """A number of pages."""
    path, total = find_total_pages_path(response.json())
    try:
        int(total or "")
    except (TypeError, ValueError):
        return None, None
    return (PageNumberPaginator(total_path=joined(path)), 0.5) if path else (None, None)


def single_page_detector(response: Response) -> Detected:
    """Nothing: there is one page."""
    del response
    return SinglePagePaginator(), 0.0


class PaginatorFactory:
    """Asks its detectors in turn: 1.0 is a sure find, 0.0 the fallback, between them some arguments are guesses."""

    def __init__(self, detectors: list[Detector] | None = None) -> None:
        self.detectors: list[Detector] = detectors or [
            header_links_detector,
            json_links_detector,
            pages_number_paginator_detector,
            cursor_paginator_detector,
            single_page_detector,
        ]

    def create_paginator(self, response: Response) -> Detected:
        """The paginator of the first detector that finds one."""
        for detector in self.detectors:
            paginator, score = detector(response)
            if paginator is not None and score is not None:
                return paginator, score
        return None, None
