"""`response_actions`: what happens to answers of a status, or with a text in them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from requests import HTTPError, Response

from gristmill.sources.helpers.rest_client.exceptions import IgnoreResponseException
from gristmill.sources.helpers.rest_client.redaction import redacted

_log = logging.getLogger("gristmill")
_FIRST_ERROR = 400
Hook = Callable[..., Any]


def create_response_hooks(response_actions: Sequence[Any] | None) -> dict[str, list[Hook]] | None:
    """Hooks for a request, one per action, then one that raises what still is an error; None without actions.

    An action is a function of the response, or a dict: `status_code` and `content` (a part of the text) say when,
    `action` says what: `"ignore"` ends the paging without rows, a function or a list of functions is called.
    """
    if not response_actions:
        return None
    return {"response": [*(_hook(action) for action in response_actions), _raise_for_status]}


def _hook(action: Any) -> Hook:
    if callable(action):
        return _called(action)
    given = cast("Mapping[str, Any]", action)
    status, content, wanted = given.get("status_code"), given.get("content"), given.get("action")
    functions: list[Hook] = (
        [cast("Hook", wanted)] if callable(wanted) else [] if isinstance(wanted, str) else list(wanted or ())
    )

    def hook(response: Response, *args: Any, **kwargs: Any) -> None:
        del args, kwargs
        if not _holds(given, response):
            return
        for function in functions:
            function(response)
        if wanted == "ignore" and not (status is None and content is None):
            _log.info("the answer with status %d is ignored, as `response_actions` says", response.status_code)
            raise IgnoreResponseException

    return hook


def _raise_for_status(response: Response, *args: Any, **kwargs: Any) -> None:
    del args, kwargs
    if not response.ok:
        message = (
            f"{response.status_code} {response.reason}, and no action of `response_actions` says what to do"
            f"\n  --> {redacted(response.url)}"
        )
        raise HTTPError(message, response=response)


def _holds(action: Mapping[str, Any], response: Response) -> bool:
    status, content = action.get("status_code"), action.get("content")
    if status is not None and str(response.status_code) != str(status):
        return False
    return content is None or content in response.text


def ignores_errors_alone(response_actions: Sequence[Any] | None) -> bool:
    """Whether all that the actions do is to ignore errors of known statuses: then pages need not be looked at."""
    return bool(response_actions) and all(
        not callable(action)
        and action.get("action") == "ignore"
        and str(action.get("status_code") or "").isdigit()
        and int(action["status_code"]) >= _FIRST_ERROR
        for action in response_actions or ()
    )


def is_ignored(response_actions: Sequence[Any], response: Response) -> bool:
    """Whether one of such actions holds for an answer."""
    return any(_holds(action, response) for action in response_actions)


def _called(action: Hook) -> Hook:
    def hook(response: Response, *args: Any, **kwargs: Any) -> None:
        del args, kwargs
        action(response)

    return hook


def runs_python(response_actions: Sequence[Any] | None) -> bool:
    """Whether an action is a function of the user's."""
    return any(callable(a) or not isinstance(a.get("action"), str) for a in response_actions or ())
