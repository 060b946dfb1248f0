"""Where the rows stand: nested, in each of several lists, at an index, the whole answer."""

from __future__ import annotations

from api import load


def answer(request):
    return {
        "data": {"page": [{"id": 1}, {"id": 2}]},
        "groups": [{"rows": [{"id": 3}]}, {"rows": [{"id": 4}, {"id": 5}]}],
        "one": {"id": 6},
    }


def run(dlt, tmp):
    paths = {
        "nested": "data.page",
        "rooted": "$.data.page",
        "each": "groups[*].rows[*]",
        "indexed": "groups[1].rows",
        "one": "one",
        "whole": "$",
    }
    resources = [{"name": n, "endpoint": {"path": n, "data_selector": p}} for n, p in paths.items()]
    return load(dlt, answer, {"client": {"paginator": "single_page"}, "resources": resources})
