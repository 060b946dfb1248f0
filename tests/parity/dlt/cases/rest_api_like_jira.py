"""Searches and the histories of what they find, as the API of Jira has them."""

from __future__ import annotations

from api import load


def answer(request):
    if request.path == "/search":
        at, size = request.number("startAt", 0), request.number("maxResults", 50)
        issues = [
            {"id": str(i), "key": f"P-{i}", "fields": {"summary": "s", "labels": ["x"], "customfield_1": None}}
            for i in range(at, min(at + size, 5))
        ]
        return {"startAt": at, "maxResults": size, "total": 5, "issues": issues}
    if request.path.endswith("/changelog"):
        return {"values": [{"id": "1", "items": [{"field": "status", "to": "done"}]}], "total": 1, "isLast": True}
    return [{"accountId": "a", "emailAddress": "e", "login": request.headers.get("Authorization")}]


def run(dlt, tmp):
    paginator = {"type": "offset", "limit": 2, "offset_param": "startAt", "limit_param": "maxResults"}
    config = {
        "client": {"auth": {"type": "http_basic", "username": "me@example.com", "password": "pw"}},
        "resources": [
            {
                "name": "issues",
                "endpoint": {
                    "path": "search",
                    "params": {"jql": "project = P", "fields": "*all", "expand": "names"},
                    "data_selector": "issues",
                    "paginator": paginator,
                },
            },
            {
                "name": "changes",
                "endpoint": {
                    "path": "issue/{resources.issues.key}/changelog",
                    "data_selector": "values[*]",
                    "paginator": "single_page",
                },
                "include_from_parent": ["key"],
            },
            {"name": "users", "endpoint": {"path": "users/search", "paginator": "single_page"}},
        ],
    }
    return load(dlt, answer, config)
