"""The records of an answer: found at the data path, or an error that says what came in their place."""

from __future__ import annotations

import contextlib
import json
import logging
import re
from typing import TYPE_CHECKING, Any, cast

from gristmill.common.jsonpath import TJsonPath, compile_path, find_values, plain_steps
from gristmill.exceptions import DltException
from gristmill.sources.helpers.requests.session import note_byte_order_mark
from gristmill.sources.helpers.rest_client.exceptions import DataNotFound, ResponseNotJson, ResponseTooLarge
from gristmill.sources.helpers.rest_client.redaction import redacted

if TYPE_CHECKING:
    from requests import Response

_log = logging.getLogger("gristmill")
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_LOGIN = re.compile(rb"log[\s-]?in|sign[\s-]?in|password|sso|oauth", re.IGNORECASE)
_SHOWN_KEYS = 12
_ABSENT = object()


class PagePlace:
    """Where a page came from, for errors: a redacted URL and a number."""

    def __init__(self, url: str, page: int, secrets: list[str]) -> None:
        self.url = redacted(url, secrets)
        self.page = page
        self.secrets = secrets


def is_cut_off(body: bytes) -> bool:
    """Whether a body begins like JSON and does not end like it: the connection ended before the answer did."""
    text = body.strip()
    return text[:1] in (b"{", b"[") and text[-1:] not in (b"}", b"]")


def body_of(response: Response, place: PagePlace) -> Any:
    """The JSON of an answer."""
    note_encoding(response)
    try:
        return response.json()
    except DltException:
        raise
    except RecursionError:
        reason = "the answer is nested deeper than Python can read"
        hint = "name the records with `data_selector` and leave functions of your own away from them: the core reads any depth"
    except ValueError as error:
        reason, hint = _not_json(response, str(error))
    # Raised out here the error has no context, which would hold the whole body.
    raise ResponseNotJson(redacted(reason, place.secrets), place.url, place.page, response.status_code, hint=hint)


def note_encoding(response: Response) -> None:
    """Read JSON as UTF-8 where its bytes are that and no charset is named; `requests` takes any `text/...` for Latin-1."""
    note_byte_order_mark(response)
    if response.encoding == "ISO-8859-1" and not says_charset(response):
        with contextlib.suppress(UnicodeDecodeError):
            response.content.decode()
            response.encoding = "utf-8"


def says_charset(response: Response) -> bool:
    """Whether the answer names the encoding of its text."""
    return "charset" in response.headers.get("Content-Type", "").lower()


def _not_json(response: Response, parser: str) -> tuple[str, str]:
    body = response.content.strip()
    kind = response.headers.get("Content-Type", "no content type")
    if not body:
        return "the body of the answer is empty, where JSON was expected", "is this the address of a list of records?"
    if body[:1] == b"<" or "html" in kind:
        title = _TITLE.search(body)
        named = f" called `{' '.join(title[1].decode('utf-8', 'replace').split())[:80]}`" if title else ""
        if _LOGIN.search(body[: 64 << 10]):
            return (
                f"an HTML page{named} came instead of JSON, and it looks like a login page",
                "check the credentials, and that `base_url` is the address of the API rather than of its web site",
            )
        return f"an HTML page{named} came instead of JSON", "check `base_url` and the path"
    if is_cut_off(body):
        return (
            f"the JSON of the answer breaks off: {parser}",
            "the connection ended early, several times; try again later",
        )
    return f"the answer is not JSON (it says it is `{kind}`): {parser}", "check `base_url` and the path"


def records_of(
    response: Response, selector: TJsonPath, place: PagePlace, *, allow_missing: bool, max_row_bytes: int
) -> list[Any]:
    """The records at the path. One that stands alone is a list of one; null at a path is an empty list."""
    body = body_of(response, place)
    if body is None and not allow_missing:
        nothing = "the body of the answer is `null`"
        raise DataNotFound(nothing, place.url, place.page, response.status_code)
    found = _found(body, selector)
    if found is _ABSENT:
        if allow_missing:
            return []
        raise missing(selector, body, place, response.status_code)
    if found is None:
        _log.warning("page %d of %s has null at `%s`, which counts as no records", place.page, place.url, selector)
        return []
    rows: list[Any] = cast("list[Any]", found) if isinstance(found, list) else [found]
    if len(response.content) > max_row_bytes:
        _check_sizes(rows, max_row_bytes, place)
    return rows


def missing(selector: TJsonPath, body: Any, place: PagePlace, status: int) -> DataNotFound:
    """The error for a page without the data path."""
    if isinstance(body, dict):
        keys = [f"`{key}`" for key in cast("dict[str, Any]", body)]
        has = (
            f"it has {', '.join(keys[:_SHOWN_KEYS])}{' ...' if len(keys) > _SHOWN_KEYS else ''}"
            if keys
            else "it is `{}`"
        )
    else:
        has = f"it is a {'list' if isinstance(body, list) else type(body).__name__}"
    return DataNotFound(
        f"there is nothing at the data path `{selector}` of the answer: {redacted(has, place.secrets)}",
        place.url,
        place.page,
        status,
        hint="name the path with `data_selector`; if this API leaves it out of empty pages, set"
        " `http_allow_missing_data = true` under `[runtime]`",
    )


def _found(body: Any, selector: TJsonPath) -> Any:
    values = find_values(selector, body)
    if not values and (plain_steps(selector) is not None or _is_absent(selector, body)):
        return _ABSENT
    return values[0] if len(values) == 1 else values


def _is_absent(selector: TJsonPath, body: Any) -> bool:
    # `data[*].id` of an empty `data` is an empty page; without `data` it is another answer altogether.
    steps = getattr(compile_path(selector), "steps", ())
    for step in steps:
        if not isinstance(step, str):
            return False
        if not isinstance(body, dict) or step not in body:
            return True
        body = body[step]  # pyright: ignore[reportUnknownVariableType]
    return False


def _check_sizes(rows: list[Any], max_row_bytes: int, place: PagePlace) -> None:
    for index, row in enumerate(rows):
        if len(json.dumps(row, ensure_ascii=False)) > max_row_bytes:
            raise too_large_row(index, max_row_bytes, place)


def too_large_row(index: int, max_row_bytes: int, place: PagePlace) -> ResponseTooLarge:
    """The error for a record beyond the limit."""
    return ResponseTooLarge(
        f"record {index + 1} of the page is larger than {max_row_bytes} bytes\n  --> {place.url} (page {place.page})",
        hint="raise `request_max_row_bytes` under `[runtime]` if records are that large",
    )
