"""One call's conversation with a server: its requests belong to the origin of the first one.

What leads elsewhere, a redirect or a next page, is followed without credentials, and that is said.
"""

from __future__ import annotations

import copy
import logging
import time
from typing import TYPE_CHECKING, Any, cast

import requests

from gristmill.sources.helpers.requests.origin import Origin, origin_of, without_credentials
from gristmill.sources.helpers.requests.redaction import redacted
from gristmill.sources.helpers.rest_client.auth import secrets_of
from gristmill.sources.helpers.rest_client.exceptions import ResponseTooLarge
from gristmill.sources.helpers.rest_client.records import PagePlace, is_cut_off

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest, Request, Response

    from gristmill.sources.helpers.rest_client.client import RESTClient

_log = logging.getLogger("gristmill")
_TELLING = ("auth", "key", "token", "secret", "cookie", "password", "session", "credential")
_SHORTEST_SECRET = 3
_MAX_REDIRECTS = 30
_ERROR, _SERVER_ERROR = 400, 500
_RETRIED = (429, *range(500, 600))


class Exchange:
    """Prepares and sends the requests of one call."""

    def __init__(self, client: RESTClient, request: Request, options: dict[str, Any]) -> None:
        self.client = client
        self.session: Any = client.session
        self.options = dict(options)
        self.follows = self.options.pop("allow_redirects", True)
        self.options.setdefault("timeout", getattr(client.session, "timeout", None) or client.config.request_timeout)
        self.home: Origin = origin_of(str(request.url))
        self.withheld: Origin | None = None
        self._first = request

    # -- what must not be seen or sent ---------------------------------------------------------------------------------

    @property
    def secrets(self) -> list[str]:
        """What is secret in this conversation; a token may have been obtained only just now."""
        request = self._first
        found = secrets_of(request.auth) if request.auth is not None else []
        for values in (request.headers, request.params, self.session.headers):
            found.extend(_telling(values))
        return [secret for secret in found if len(secret) >= _SHORTEST_SECRET]

    def is_foreign(self, url: str) -> bool:
        """Whether a URL leads to where credentials do not belong."""
        origin = origin_of(url)
        return origin != self.home and str(origin) not in self.client.trusted_origins

    def _withhold(self, prepared: PreparedRequest, what: str) -> None:
        self.withheld = origin_of(str(prepared.url))
        _log.warning(
            "%s leads from %s to %s: credentials are not sent there; `trusted_origins` of the client allows it",
            what,
            self.home,
            self.withheld,
        )
        without_credentials(prepared, self.secrets)

    # -- sending -------------------------------------------------------------------------------------------------------

    def prepare(self, request: Request) -> PreparedRequest:
        """The request as it goes out."""
        try:
            return self._prepared(request)
        except requests.exceptions.InvalidURL as error:
            raise self._invalid(str(error), str(request.url)) from None

    def _prepared(self, request: Request) -> PreparedRequest:
        if not self.is_foreign(str(request.url)):
            return self.session.prepare_request(request)
        stranger = copy.copy(request)
        # A function that does nothing also keeps the session's own auth and `.netrc` out.
        stranger.auth = _no_auth
        prepared = self.session.prepare_request(stranger)
        self._withhold(prepared, "the next page")
        return prepared

    def next_hop(self, response: Response) -> PreparedRequest | None:
        """Where the answer says to go instead."""
        if not self.follows or not response.is_redirect:
            return None
        hops = self.session.resolve_redirects(response, response.request, yield_requests=True)
        try:
            following = next(hops, None)
        except requests.RequestException:
            raise
        except ValueError as error:
            reason = f"a redirect leads to an address that is none ({error})"
            raise self._invalid(reason, str(response.url)) from None
        if following is not None and self.is_foreign(str(following.url)):
            self._withhold(following, "a redirect")
        return following

    def _invalid(self, reason: str, url: str) -> requests.exceptions.InvalidURL:
        where = redacted(url, self.secrets)
        return requests.exceptions.InvalidURL(f"{redacted(reason, self.secrets)}\n  --> {where}")

    def send(self, prepared: PreparedRequest, page: int | None = None) -> Response:
        """The answer, all redirects followed."""
        history: list[Response] = []
        while True:
            response = self._sent(prepared, page)
            following = self.next_hop(response)
            if following is None:
                response.history = history
                return response
            history.append(response)
            self.check_redirects(history, prepared, page)
            prepared = following

    def check_redirects(self, history: list[Response], prepared: PreparedRequest, page: int | None) -> None:
        """Redirects must come to an end."""
        if len(history) > _MAX_REDIRECTS:
            message = f"more than {_MAX_REDIRECTS} redirects\n  --> {self.place(prepared, page).url}"
            raise requests.TooManyRedirects(message, response=history[-1])

    def log(self, prepared: PreparedRequest) -> None:
        """Tell that a request goes out."""
        if _log.isEnabledFor(logging.INFO):
            _log.info("%s %s", prepared.method, redacted(str(prepared.url), self.secrets))

    def _sent(self, prepared: PreparedRequest, page: int | None) -> Response:
        place = self.place(prepared, page)
        self.log(prepared)
        options = self.session.merge_environment_settings(
            prepared.url,
            self.options.get("proxies") or {},
            self.options.get("stream"),
            self.options.get("verify"),
            self.options.get("cert"),
        )
        options |= {name: value for name, value in self.options.items() if name not in options}
        attempt = 1
        while True:
            try:
                response = self.session.send(prepared, allow_redirects=False, **options)
                cut_off = page is not None and response.ok and is_cut_off(response.content)
            except requests.RequestException as error:
                raise located(error, prepared, place) from None
            retry = getattr(self.session, "retry", None)
            if not cut_off or retry is None or attempt >= retry.max_attempts:
                return response
            time.sleep(retry.delay(attempt, None))
            attempt += 1

    def place(self, prepared: PreparedRequest, page: int | None) -> PagePlace:
        """Where a request goes, for messages."""
        return PagePlace(str(prepared.url), page or 1, self.secrets)

    # -- errors --------------------------------------------------------------------------------------------------------

    def raise_for_status(self, response: Response, page: int) -> None:
        """Raise for an answer that is an error: status, URL and page, and what to do."""
        if response.status_code < _ERROR:
            return
        config, secrets = self.client.config, self.secrets
        side = "client" if response.status_code < _SERVER_ERROR else "server"
        reason = cast("Any", response.reason)
        if isinstance(reason, bytes):
            reason = reason.decode("utf-8", "replace")
        lines = [
            f"{response.status_code} {side} error: {reason or 'no reason given'}",
            f"  --> {redacted(response.url, secrets)} (page {page})",
        ]
        if config.http_show_error_body and response.text:
            longest = config.http_max_error_body_length
            body = redacted(response.text, secrets)
            lines.append(f"response: {body[:longest]}{'… (truncated)' if len(body) > longest else ''}")
        if (hint := self._hint(response.status_code)) is not None:
            lines.append(f"hint: {hint}")
        raise requests.HTTPError("\n".join(lines), response=response)

    def _hint(self, status: int) -> str | None:
        if self.withheld is not None:
            return (
                f"credentials were not sent to {self.withheld}, because they belong to {self.home};"
                f" if both are the same API, pass `trusted_origins=['{self.withheld}']` to the client"
            )
        if status in (requests.codes.unauthorized, requests.codes.forbidden):
            return "check the credentials and what they may read"
        if status == requests.codes.not_found:
            return "check `base_url` and the path"
        if status == requests.codes.too_many_requests:
            return "lower `request_rate` or `request_concurrency`, or raise `request_max_attempts`, under `[runtime]`"
        if status in _RETRIED:
            return "the server kept failing; try again later, or raise `request_max_attempts` under `[runtime]`"
        return None


def located(error: requests.RequestException, prepared: PreparedRequest, place: PagePlace) -> requests.RequestException:
    """The same error, saying where and without secrets."""
    where = f"{prepared.method} {place.url} (page {place.page})"
    text = f"{redacted(str(error), place.secrets)}\n  --> {where}"
    if isinstance(error, ResponseTooLarge):
        return ResponseTooLarge(f"{error.message}\n  --> {where}", hint=error.hint)
    error.args = (text,)
    error.__context__ = error.__cause__ = None
    return error


def _telling(values: Any) -> list[str]:
    if not hasattr(values, "items"):
        return []
    found: list[str] = []
    for name, value in cast("Mapping[Any, Any]", values).items():
        if isinstance(value, str) and any(word in str(name).lower() for word in _TELLING):
            # `Bearer abc`: the secret is what follows.
            found.extend({value, value.rpartition(" ")[2]})
    return found


def _no_auth(prepared: PreparedRequest) -> PreparedRequest:
    return prepared
