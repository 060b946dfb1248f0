"""Configurations that cannot work are refused before anything is asked."""

from __future__ import annotations

from api import load

CONFIGS = {
    "unknown key": {"resources": [{"name": "a", "pth": "x"}]},
    "unknown endpoint key": {"resources": [{"name": "a", "endpoint": {"parms": {}}}]},
    "two paging types": {"resources": [{"name": "a", "endpoint": {"paginator": "pages"}}]},
    "paginator argument": {"resources": [{"name": "a", "endpoint": {"paginator": {"type": "offset", "limits": 1}}}]},
    "offset without limit": {"resources": [{"name": "a", "endpoint": {"paginator": "offset"}}]},
    "unknown auth": {"client": {"auth": {"type": "beerer"}}, "resources": ["a"]},
    "same name": {"resources": ["a", "a"]},
    "unknown parent": {"resources": [{"name": "a", "endpoint": "x/{resources.b.id}"}]},
    "no field": {"resources": ["b", {"name": "a", "endpoint": "x/{resources.b}"}]},
    "two parents": {"resources": ["b", "c", {"name": "a", "endpoint": "{resources.b.id}/{resources.c.id}/x"}]},
    "circle": {
        "resources": [{"name": "a", "endpoint": "x/{resources.b.id}"}, {"name": "b", "endpoint": "x/{resources.a.id}"}]
    },
    "unbound path": {"resources": [{"name": "a", "endpoint": "x/{id}"}]},
    "unknown placeholder": {"resources": [{"name": "a", "endpoint": {"params": {"q": "{since}"}}}]},
    "no incremental": {"resources": [{"name": "a", "endpoint": {"params": {"q": "{incremental.start_value}"}}}]},
    "include without parent": {"resources": [{"name": "a", "include_from_parent": ["id"]}]},
    "unused resolve": {
        "resources": [
            "b",
            {"name": "a", "endpoint": {"params": {"x": {"type": "resolve", "resource": "b", "field": "id"}}}},
        ]
    },
    "unknown param type": {"resources": [{"name": "a", "endpoint": {"params": {"x": {"type": "resolved"}}}}]},
    "dict as param": {"resources": [{"name": "a", "endpoint": {"params": {"x": {"y": 1}}}}]},
    "bad template": {"resources": [{"name": "a", "endpoint": "x/{id"}]},
    "no name": {"resources": [{"endpoint": "x"}]},
    "no resources": {},
    "resources as dict": {"resources": {"a": {}}},
    "function expected": {"resources": [{"name": "a", "processing_steps": [{"map": "upper"}]}]},
    "method": {"resources": [{"name": "a", "endpoint": {"method": "DELETE"}}]},
    "two cursors": {
        "resources": [
            {
                "name": "a",
                "endpoint": {"params": {n: {"type": "incremental", "cursor_path": n} for n in ("x", "y")}},
            }
        ]
    },
}


def run(dlt, tmp):
    refused = {}
    for name, config in CONFIGS.items():
        try:
            load(dlt, lambda request: [], config)
        except Exception as error:
            refused[name] = isinstance(error, (ValueError, KeyError, TypeError)) or "Exception" in type(error).__name__
    return refused
