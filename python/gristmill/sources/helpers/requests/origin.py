"""Credentials belong to an origin: scheme, host and port. What leaves for another one goes without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Collection

    from requests import PreparedRequest

_PORTS = {"http": 80, "https": 443}
# What tells the other side nothing about who asks; any other header may be a key.
_HARMLESS = frozenset(
    {
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "user-agent",
    }
)


class Origin(NamedTuple):
    """Where a URL leads."""

    scheme: str
    host: str
    port: int | None

    def __str__(self) -> str:
        port = "" if self.port in (None, _PORTS.get(self.scheme)) else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{port}"


def origin_of(url: str) -> Origin:
    """Scheme, host and port, with the port that the scheme implies.

    >>> str(origin_of("https://api.example.com:443/items?page=2"))
    'https://api.example.com'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        # What is no address belongs nowhere; whoever sends there is told by the library that prepares it.
        return Origin("", url, None)
    scheme = parts.scheme.lower()
    try:
        port = parts.port
    except ValueError:
        port = None
    return Origin(scheme, (parts.hostname or "").lower(), port or _PORTS.get(scheme))


def without_credentials(request: PreparedRequest, secrets: Collection[str] = ()) -> None:
    """Take out of a request all that may be a credential: headers, cookies, the login in the URL, known secrets in the query."""
    for name in [n for n in request.headers if n.lower() not in _HARMLESS]:
        del request.headers[name]
    request._cookies = None  # pyright: ignore[reportAttributeAccessIssue]
    if request.url is None:
        return
    parts = urlsplit(request.url)
    host = parts.netloc.rpartition("@")[2]
    query = parts.query
    if secrets:
        pairs = parse_qsl(query, keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if value not in secrets]
        query = urlencode(kept) if len(kept) < len(pairs) else query
    request.url = urlunsplit(parts._replace(netloc=host, query=query))
