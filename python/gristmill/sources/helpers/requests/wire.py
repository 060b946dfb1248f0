"""What comes over the wire is bounded: an answer has a largest size, unpacked, and a time in which it must be complete."""

from __future__ import annotations

import functools
import logging
import time
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from requests.exceptions import (
    ChunkedEncodingError,
    ConnectionError,  # noqa: A004
    ContentDecodingError,
    ReadTimeout,
    RequestException,
)
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError

from gristmill.exceptions import DltException
from gristmill.sources.helpers.requests.redaction import RedactingFilter

if TYPE_CHECKING:
    from requests import Response

_PIECE = 64 << 10


class ResponseTooLarge(DltException, RequestException):
    """An answer is larger than it may be; a packed one counts unpacked."""

    kind = "response-too-large"


class BoundedAdapter(HTTPAdapter):
    """Reads answers within limits; one that is streamed is left to who streams it."""

    def __init__(self, *, max_body_bytes: int, total_timeout: float, pool_maxsize: int) -> None:
        super().__init__(pool_maxsize=pool_maxsize)
        _keep_urls_private()
        self.max_body_bytes = max_body_bytes
        self.total_timeout = total_timeout

    def send(self, request: Any, stream: bool = False, *args: Any, **kwargs: Any) -> Response:
        """Send, and read the answer unless it is to be streamed."""
        started = time.monotonic()
        response = super().send(request, True, *args, **kwargs)
        if not stream:
            read_bounded(response, self.max_body_bytes, started + self.total_timeout)
        return response


@functools.cache
def _keep_urls_private() -> None:
    # At DEBUG, `urllib3` logs each URL with its keys.
    logging.getLogger("urllib3.connectionpool").addFilter(RedactingFilter())


def read_bounded(response: Response, max_body_bytes: int, deadline: float) -> None:
    """Read the whole body, or raise what `requests` raises for a broken one."""
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := response.raw.read1(_PIECE, decode_content=True):
            size += len(piece)
            if size > max_body_bytes:
                message = f"the answer is larger than {max_body_bytes} bytes"
                raise ResponseTooLarge(
                    message, hint="ask for smaller pages, or raise `request_max_body_bytes` under `[runtime]`"
                )
            if time.monotonic() > deadline:
                message = "the answer was not complete in time (`runtime.request_total_timeout`)"
                raise ReadTimeout(message, response=response)
            pieces.append(piece)
    except RequestException:
        raise
    except ProtocolError as error:
        raise ChunkedEncodingError(error, response=response) from error
    except DecodeError as error:
        raise ContentDecodingError(error, response=response) from error
    except ReadTimeoutError as error:
        raise ReadTimeout(error, response=response) from error
    except OSError as error:
        raise ConnectionError(error, response=response) from error
    finally:
        response.close()
    response._content = b"".join(pieces)
    response._content_consumed = True  # pyright: ignore[reportAttributeAccessIssue]
