"""Each key of a configuration, at each depth, written wrong: the error names its path and the key that was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gristmill.sources.rest_api import InvalidRESTAPIConfig, rest_api_source

# Keys of these are the user's own.
_FREE = ("headers", "params", "json", "columns", "id", "access_token_request_data")

CONFIG: dict[str, Any] = {
    "client": {
        "base_url": "http://127.0.0.1:1/",
        "headers": {"X-A": "1"},
        "auth": {"type": "api_key", "name": "X", "api_key": "k", "location": "header"},
        "paginator": {
            "type": "page_number",
            "base_page": 1,
            "page_param": "p",
            "total_path": "t",
            "maximum_page": 3,
            "stop_after_empty_page": True,
            "has_more_path": "m",
        },
        "session": None,
    },
    "resource_defaults": {
        "primary_key": "id",
        "write_disposition": "merge",
        "endpoint": {"params": {"a": 1}, "data_selector": "d", "headers": {"X": "1"}},
    },
    "resources": [
        {
            "name": "users",
            "table_name": "u",
            "max_table_nesting": 1,
            "columns": {"id": {"data_type": "bigint"}},
            "merge_key": "id",
            "selected": True,
            "parallelized": False,
            "schema_contract": "evolve",
            "processing_steps": [{"filter": bool}, {"map": dict}, {"yield_map": list}],
            "endpoint": {
                "path": "users",
                "method": "GET",
                "json": {"a": 1},
                "paginator": {
                    "type": "offset",
                    "limit": 2,
                    "offset": 0,
                    "offset_param": "o",
                    "limit_param": "l",
                    "total_path": "t",
                    "maximum_offset": 9,
                },
                "data_selector": "d",
                "response_actions": [{"status_code": 404, "content": "x", "action": "ignore"}],
                "incremental": {
                    "cursor_path": "id",
                    "initial_value": 1,
                    "end_value": 3,
                    "start_param": "s",
                    "end_param": "e",
                    "convert": str,
                    "row_order": "asc",
                    "on_cursor_value_missing": "include",
                    "range_start": "open",
                    "range_end": "open",
                    "last_value_func": max,
                },
            },
        },
        {
            "name": "posts",
            "include_from_parent": ["id"],
            "endpoint": {
                "path": "users/{u}/posts",
                "params": {"u": {"type": "resolve", "resource": "users", "field": "id"}},
                "paginator": {"type": "cursor", "cursor_path": "c", "cursor_param": "x"},
                "auth": {
                    "type": "oauth2_client_credentials",
                    "access_token_url": "http://127.0.0.1:1",
                    "client_id": "a",
                    "client_secret": "b",
                    "access_token_request_data": {"scope": "all"},
                    "default_token_expiration": 60,
                },
            },
        },
        {
            "name": "notes",
            "endpoint": {
                "path": "notes",
                "params": {"since": {"type": "incremental", "cursor_path": "id", "initial_value": 1}},
                "auth": {"type": "http_basic", "username": "u", "password": "p"},
                "paginator": {"type": "json_link", "next_url_path": "n"},
            },
        },
        {
            "name": "tags",
            "endpoint": {
                "path": "tags",
                "auth": {"type": "bearer", "token": "u"},
                "paginator": {"type": "header_cursor", "cursor_key": "n", "cursor_param": "x"},
            },
        },
    ],
}


def places(node: Any, path: str = "", owner: str = "") -> Iterator[tuple[str, str]]:
    """The path of each key, and the key."""
    if isinstance(node, dict):
        for key, value in node.items():
            at = f"{path}.{key}" if path else key
            if owner not in _FREE and len(key) > 3:
                yield at, key
            yield from places(value, at, key)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from places(value, f"{path}[{index}]", owner)


def renamed(node: Any, wanted: str, name: str, path: str = "") -> Any:
    """A copy in which the key at a path has another name."""
    if isinstance(node, dict):
        made: dict[str, Any] = {}
        for key, value in node.items():
            at = f"{path}.{key}" if path else key
            made[name if at == wanted else key] = renamed(value, wanted, name, at)
        return made
    if isinstance(node, list):
        return [renamed(value, wanted, name, f"{path}[{index}]") for index, value in enumerate(node)]
    return node


def swapped(key: str) -> str:
    """The last two letters the other way round, or the last one doubled."""
    return key + key[-1] if key[-1] == key[-2] else key[:-2] + key[-1] + key[-2]


def test_as_it_is_the_configuration_is_fine() -> None:
    assert set(rest_api_source(CONFIG).resources) == {"users", "posts", "notes", "tags"}
    assert len(list(places(CONFIG))) > 90


def dropped(key: str) -> str:
    """Without its second letter, where enough is left to tell it from others."""
    return key[:1] + key[2:] if len(key) > 4 else swapped(key)


@pytest.mark.parametrize("misspelt", [swapped, dropped])
def test_each_key_at_each_depth(misspelt: Callable[[str], str]) -> None:
    known = {key for _, key in places(CONFIG)}
    for path, key in places(CONFIG):
        wrong = misspelt(key)
        assert wrong not in known
        with pytest.raises(InvalidRESTAPIConfig) as caught:
            rest_api_source(renamed(CONFIG, path, wrong))
        full = path.removesuffix(key) + wrong
        assert f"`{full}`" in str(caught.value) and f"did you mean `{key}`" in str(caught.value), caught.value
