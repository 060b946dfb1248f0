"""Secrets out of texts: keys in URLs, logins before hosts, and values that are known to be secret."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from requests import RequestException, Response

SENSITIVE_PARAMS = {
    "api_key",
    "apikey",
    "api-key",
    "key",
    "token",
    "access_token",
    "access-token",
    "refresh_token",
    "auth",
    "signature",
    "sig",
    "secret",
    "client_secret",
    "password",
    "pwd",
}
HIDDEN = "***"
_LOGIN = re.compile(r"(\w://)[^/\s@?#]+@")
_NAMES = "|".join(sorted(SENSITIVE_PARAMS))
_PARAM = re.compile(rf"([?&;](?:[\w.-]*[_.-])?(?:{_NAMES})=)[^&\s'\"`>)#]+", re.IGNORECASE)


def sanitize_url(url: str, sensitive: set[str] | None = None) -> str:
    """A URL without the login and the values of parameters that are called like secrets.

    >>> sanitize_url("https://me:pw@api.example.com/items?page=2&api_key=abc")
    'https://***@api.example.com/items?page=2&api_key=***'
    """
    names = {name.lower() for name in sensitive or SENSITIVE_PARAMS}
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    shown = [(name, HIDDEN if _is_sensitive(name, names) else value) for name, value in pairs]
    query = urlencode(shown, safe="*") if shown != pairs else parts.query
    login, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=(HIDDEN if login else "") + at + host, query=query))


def _is_sensitive(name: str, names: set[str]) -> bool:
    lower = name.lower()
    return lower in names or any(lower.endswith((f"_{n}", f"-{n}", f".{n}")) for n in names)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """A text without secrets: known ones in every spelling that a URL has for them, and those that URLs in it name.

    >>> redacted("GET /items?token=abc&page=2 failed for s3cret!", ["s3cret!"])
    'GET /items?token=***&page=2 failed for ***'
    """
    for secret in secrets:
        for spelling in {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(spelling, HIDDEN)
    return _PARAM.sub(rf"\g<1>{HIDDEN}", _LOGIN.sub(rf"\g<1>{HIDDEN}@", text))


def raise_redacted(error: RequestException, secrets: Iterable[str] = ()) -> NoReturn:
    """Raise an error of `requests` again, of the same class, without secrets in its text or in what led to it."""
    text = redacted(str(error), secrets)
    if type(error).__module__.startswith("gristmill"):
        raise error
    error.args = (text,)
    error.__context__ = None
    raise error from None


def raise_for_status(response: Response, *_args: Any, **_kwargs: Any) -> None:
    """As `response.raise_for_status()`, with the URL redacted."""
    from requests import HTTPError

    found: str | None = None
    try:
        response.raise_for_status()
    except HTTPError as error:
        found = redacted(str(error))
    # Raised out here the error has no context, which would have the URL as it was.
    if found is not None:
        raise HTTPError(found, response=response)


class RedactingFilter(logging.Filter):
    """Takes secrets of URLs out of what another library logs.

    >>> record = logging.makeLogRecord({"msg": "GET %s", "args": ("/items?api_key=abc",)})
    >>> RedactingFilter().filter(record), record.getMessage()
    (True, 'GET /items?api_key=***')
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, changed."""
        if isinstance(record.args, tuple):
            record.args = tuple(redacted(part) if isinstance(part, str) else part for part in record.args)
        return True
