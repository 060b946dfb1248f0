"""What an API says when it refuses, as one readable error; and what a page must look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from gristmill.sources.amazon.problems import CredentialsRefused, MalformedPage, RequestRefused
from gristmill.sources.helpers.requests.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from requests import Response

_LONGEST = 500
_HINTS = {
    429: "others share this quota; try again later, or ask for less at a time",
    404: "check `base_url`, and what was asked for",
}
_SERVER_ERROR = 500


class Refusal(NamedTuple):
    """A reason that an API gives."""

    code: str | None
    message: str


class Place(NamedTuple):
    """Where in the work something happened: the API, what was asked of it, and the page, counted from 1."""

    api: str
    asked: str
    page: int
    url: str
    secrets: Sequence[str] = ()

    def __str__(self) -> str:
        return redacted(f"  --> {self.url} (page {self.page} of {self.asked})", self.secrets)


def refusals(response: Response, secrets: Sequence[str]) -> list[Refusal]:
    """The reasons in an answer, in either API's form: `errors[]`, or `type` and `message`. Secrets are not repeated."""
    return [Refusal(r.code and redacted(r.code, secrets), redacted(r.message, secrets)) for r in _reasons(response)]


def _reasons(response: Response) -> list[Refusal]:
    try:
        body: Any = response.json()
    except ValueError:
        return []
    if not isinstance(body, dict):
        return []
    fields = cast("dict[str, Any]", body)
    errors: Any = fields.get("errors")
    if isinstance(errors, list):
        given = [cast("dict[str, Any]", e) for e in cast("list[Any]", errors) if isinstance(e, dict)]
        return [Refusal(_text(e.get("code")), _joined(e.get("message"), e.get("details"))) for e in given]
    code, message = _text(fields.get("type")), _joined(fields.get("message"), fields.get("reason"))
    listed: Any = fields.get("fieldList")
    for part in cast("list[Any]", listed) if isinstance(listed, list) else []:
        if isinstance(part, dict):
            of = cast("dict[str, Any]", part)
            message = _joined(message, f"`{of.get('name')}`: {of.get('message')}")
    return [Refusal(code, message)] if code or message else []


def refused(response: Response, place: Place, where: str) -> RequestRefused | CredentialsRefused:
    """The error for an answer that is one."""
    status, reasons = response.status_code, refusals(response, place.secrets)
    said = "; ".join(f"{r.code}: {r.message}" if r.code else r.message for r in reasons)
    message = f"the {place.api} answered {status}{f': {said[:_LONGEST]}' if said else ''}\n{place}"
    if status in (401, 403):
        return CredentialsRefused(message, hint=f"the login was taken, but may not read this; {where}")
    hint = _HINTS.get(status, "the server kept failing; try again later" if status >= _SERVER_ERROR else None)
    return RequestRefused(message, status, reasons[0].code if reasons else None, hint=hint)


def items_of(found: Any, path: str, key: str, place: Place) -> list[dict[str, Any]]:
    """A page's items, each of which has its key; anything else is an error that says where."""
    if not isinstance(found, list):
        message = f"`{path}` of the answer is {_kind(found)}, where a list of items was expected\n{place}"
        raise MalformedPage(message, hint="nothing of this run is loaded; try again later")
    items = cast("list[Any]", found)
    for number, item in enumerate(items, 1):
        has_key = isinstance(item, dict) and isinstance(cast("dict[str, Any]", item).get(key), str)
        if not has_key or not cast("dict[str, Any]", item)[key]:
            is_what = f"has no `{key}`" if isinstance(item, dict) else f"is {_kind(item)}"
            message = f"item {number} of the page {is_what}\n{place}"
            raise MalformedPage(message, hint="nothing of this run is loaded; try again later")
    return cast("list[dict[str, Any]]", items)


def _kind(value: Any) -> str:
    return "missing" if value is None else f"a `{type(value).__name__}`"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _joined(*parts: Any) -> str:
    return ", ".join(str(part) for part in parts if part)
