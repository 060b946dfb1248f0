"""An error that no action names ends the extraction, with actions and without."""

from __future__ import annotations

from api import Answer, load


def answer(request):
    return Answer({"error": "teapot"}, 418)


def run(dlt, tmp):
    found = []
    for actions in (
        None,
        [{"status_code": 404, "action": "ignore"}, {"status_code": 418, "content": "x", "action": "ignore"}],
    ):
        try:
            load(
                dlt,
                answer,
                {"resources": [{"name": "rows", "endpoint": {"path": "rows", "response_actions": actions}}]},
            )
        except Exception as error:
            cause = error
            while cause.__cause__ is not None and type(cause).__name__ != "HTTPError":
                cause = cause.__cause__
            found.append([type(error).__name__, type(cause).__name__, cause.response.status_code])
    return found
