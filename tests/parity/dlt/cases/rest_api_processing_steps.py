"""Filters, maps and yield maps in their order."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"id": i, "tags": ["a", "b"][: i % 3]} for i in range(6)]


def run(dlt, tmp):
    def doubled(item):
        return {**item, "id": item["id"] * 2}

    def per_tag(item):
        for tag in item["tags"]:
            yield {"id": item["id"], "tag": tag}

    rows = {
        "name": "rows",
        "processing_steps": [
            {"filter": lambda item: item["id"] > 1},
            {"map": doubled},
            {"filter": lambda item: item["id"] < 10},
            {"yield_map": per_tag},
        ],
    }
    return load(dlt, answer, {"resources": [rows, {"name": "plain", "processing_steps": []}]})
