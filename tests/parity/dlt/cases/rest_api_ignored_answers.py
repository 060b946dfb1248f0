"""Answers that are ignored by their status, by a text in them, and by both."""

from __future__ import annotations

from api import Answer, load


def answer(request):
    user = request.path.split("/")[-1]
    if user == "users":
        return [{"id": i} for i in range(5)]
    if user == "1":
        return Answer({"error": "gone"}, 410)
    if user == "2":
        return {"note": "empty profile"}
    if user == "3":
        return Answer({"error": "hidden"}, 403)
    return {"id": int(user)}


def run(dlt, tmp):
    actions = [
        {"status_code": 410, "action": "ignore"},
        {"content": "empty profile", "action": "ignore"},
        {"status_code": 403, "content": "hidden", "action": "ignore"},
    ]
    endpoint = {"path": "users/{resources.users.id}", "response_actions": actions}
    return load(dlt, answer, {"resources": ["users", {"name": "user", "endpoint": endpoint}]})
