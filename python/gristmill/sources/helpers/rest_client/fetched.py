"""Answers that the core fetched, and pages of them that are still bytes.

An answer is a `requests.Response` like any other; its text is fetched from the core when somebody asks for it. A page that
nobody looks at (`onlookers` tells) goes to the database as it came.
"""

from __future__ import annotations

import io
from email.message import Message
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from requests import Response
from requests.cookies import extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from gristmill.common.jsonpath import find_values
from gristmill.extract.items import BytesPage
from gristmill.sources.helpers.requests.session import note_byte_order_mark
from gristmill.sources.helpers.rest_client.pages import PageData
from gristmill.sources.helpers.rest_client.records import note_encoding, says_charset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest

    from gristmill import _core

_UNICODE = ("utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii")
Steps = tuple[str | int, ...]


class FetchedResponse(Response):
    """An answer of the core."""

    def __init__(self, answer: _core.Answer, request: PreparedRequest, paths: list[Steps]) -> None:
        super().__init__()
        self.answer = answer
        self._paths = paths
        self.status_code = answer.status
        self.reason = answer.reason
        self.url = str(request.url)
        self.request = request
        headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        for name, raw in answer.headers:
            value = raw.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        self.headers = headers
        self.encoding = get_encoding_from_headers(headers)

    @property
    def content(self) -> bytes:
        """The body, unpacked."""
        if not isinstance(self._content, bytes):
            self._content = self.answer.content
            self._content_consumed = True  # pyright: ignore[reportAttributeAccessIssue]
            self.raw = io.BytesIO(self._content)
        return self._content

    def json(self, **kwargs: Any) -> Any:
        """The body as Python objects."""
        note_encoding(self)
        return super().json(**kwargs)

    @property
    def text(self) -> str:
        """The body as text."""
        note_byte_order_mark(self)
        return super().text

    @property
    def is_unicode(self) -> bool:
        """Whether the text is UTF-8 by what the answer says of it, which is the one encoding that the core reads."""
        return not says_charset(self) or (self.encoding or "").lower() in _UNICODE

    def iter_content(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """The body in pieces."""
        _ = self.content
        return super().iter_content(*args, **kwargs)

    def close(self) -> None:
        """Nothing is open."""

    def look(self, steps: Steps) -> tuple[str, Any] | None:
        """What the core saw at a path: its kind, and the value or the length; None when it did not look there."""
        return self.answer.found(self._paths.index(steps)) if steps in self._paths else None

    def value_at(self, steps: Steps) -> Any:
        """The value at a path, or None."""
        seen = self.look(steps)
        if seen is not None and seen[0] in ("value", "missing"):
            return seen[1]
        values = find_values(".".join(f"'{s}'" if isinstance(s, str) else f"[{s}]" for s in steps) or "$", self.json())
        return values[0] if values else None

    def keep_cookies(self, jar: Any) -> None:
        """Put the cookies that came into a session's jar."""
        message = Message()
        for name, raw in self.answer.headers:
            if name.lower() == "set-cookie":
                message.add_header("Set-Cookie", raw.decode("latin-1"))
        if message:
            raw_answer = SimpleNamespace(_original_response=SimpleNamespace(msg=message))
            extract_cookies_to_jar(jar, self.request, raw_answer)  # pyright: ignore[reportArgumentType]
            extract_cookies_to_jar(self.cookies, self.request, raw_answer)  # pyright: ignore[reportArgumentType]


class FetchedPage(BytesPage, PageData[Any]):
    """A page whose rows are still bytes."""

    def __init__(
        self, response: FetchedResponse, steps: Steps, count: int, origin: str, request: Any, paginator: Any, auth: Any
    ) -> None:
        PageData.__init__(self, (), request=request, response=response, paginator=paginator, auth=auth)
        self.set_bytes(response.answer, steps, count, origin, PageData)

    def _read(self) -> list[Any]:
        found = find_values(
            ".".join(f"'{s}'" if isinstance(s, str) else f"[{s}]" for s in self.steps) or "$", self.response.json()
        )
        return found[0] if isinstance(found[0], list) else found
