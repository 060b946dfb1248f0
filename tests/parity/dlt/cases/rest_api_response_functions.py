"""Functions that look at answers and change them."""

from __future__ import annotations

import json

from api import Answer, load


def answer(request):
    if request.path == "/hidden":
        return Answer({"error": "hidden"}, 403)
    return [{"id": 1, "email": "a@b.c"}, {"id": 2, "email": "d@e.f"}]


def run(dlt, tmp):
    seen = []

    def look(response, *args, **kwargs):
        seen.append(response.status_code)
        return response

    def without_email(response, *args, **kwargs):
        kept = [{k: v for k, v in row.items() if k != "email"} for row in response.json()]
        response._content = json.dumps(kept).encode()

    def empty(response, *args, **kwargs):
        response.status_code = 200
        response._content = b'[{"id": 9}]'

    rows = {"name": "rows", "endpoint": {"response_actions": [look, {"status_code": 200, "action": without_email}]}}
    hidden = {"name": "hidden", "endpoint": {"response_actions": [{"status_code": 403, "action": [look, empty]}]}}
    asked = load(dlt, answer, {"resources": [rows, hidden]})
    return [asked, sorted(seen)]
