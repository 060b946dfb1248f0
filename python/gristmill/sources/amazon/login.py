"""Access tokens: obtained when the first request needs one, and again before they expire or when one is refused."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from gristmill.sources.amazon.clock import Clock, backoff
from gristmill.sources.amazon.problems import AmazonError, CredentialsRefused, LoginUnavailable
from gristmill.sources.helpers.requests.redaction import redacted
from gristmill.sources.helpers.requests.session import Session
from gristmill.sources.helpers.requests.wire import BoundedAdapter

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

    from gristmill.configuration.runtime import RuntimeConfiguration

# Amazon's tokens live an hour; one that is about to expire might do so on its way.
_MARGIN, _USUAL_LIFE = 60.0, 3600.0
_LARGEST_ANSWER = 1 << 20
_TOKEN = re.compile(r"[\x21-\x7e]+")
_RETRIED = (429, *range(500, 600))
_LOCAL = ("localhost", "127.0.0.1", "::1")
# What the codes of OAuth say about the credentials that were sent.
_REFUSED = {
    "invalid_grant": "the refresh token is not valid (any more), or belongs to another application",
    "invalid_client": "the client id or the client secret is not right",
    "unauthorized_client": "this client may not log in this way",
    "invalid_scope": "this client may not use this API, or the version of the credential is another",
}


@dataclass(frozen=True)
class TokenRequest:
    """How one asks for a token: the URL, and the body as a form or as JSON."""

    url: str
    body: dict[str, str] = field(repr=False)
    as_json: bool = False


@dataclass(frozen=True)
class Signature:
    """Where a token goes: `x-amz-access-token`, say, or `Authorization` with something around it."""

    header: str
    template: str = "{token}"


class Login(AuthBase):
    """Signs requests. Its texts, which `requests` clients hide in messages, are the secrets and the token."""

    def __init__(
        self,
        api: str,
        where: str,
        request: TokenRequest,
        signature: Signature,
        clock: Clock,
        config: RuntimeConfiguration,
    ) -> None:
        check_address("token_url", request.url)
        self._told = (api, where)
        self._request = request
        self._signature = signature
        self._clock = clock
        self._config = config
        self._lock = threading.Lock()
        self._expires_at = 0.0
        self._signed = 0
        self.access_token: str | None = None
        self.client_secret = request.body["client_secret"]
        self.client_id = request.body["client_id"]
        self.refresh_token = request.body.get("refresh_token")

    def __repr__(self) -> str:
        return f"Login({self._told[0]!r})"

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put a token that is valid into the request."""
        request.headers[self._signature.header] = self._signature.template.format(token=self._token())
        return request

    def renew(self, request: PreparedRequest) -> bool:
        """Sign a request that was refused again, with a new token; False when its token was new already."""
        sent = request.headers.get(self._signature.header)
        if sent is None:
            return False
        with self._lock:
            is_current = sent == self._signature.template.format(token=self.access_token)
            if is_current and self._signed <= 1:
                return False
            if is_current:
                self.access_token = None
        self(request)
        return True

    @property
    def secrets(self) -> list[str]:
        """What must not be shown."""
        known = (self.access_token, self.client_secret, self.client_id, self.refresh_token)
        return [secret for secret in known if secret]

    def _token(self) -> str:
        with self._lock:
            if self.access_token is None or self._clock.now() >= self._expires_at:
                self.access_token, life = self._obtained()
                # A token that lives for less than a minute is used all the same.
                self._expires_at = self._clock.now() + max(life - _MARGIN, life / 2)
                self._signed = 0
            self._signed += 1
            return self.access_token

    def _obtained(self) -> tuple[str, float]:
        response = self._answer()
        body = _json(response)
        if response.status_code != requests.codes.ok:
            raise self._refused(response, body)
        token, life = body.get("access_token"), body.get("expires_in", _USUAL_LIFE)
        # What is no token might break a header, and the error would show it.
        if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
            reason = "answered without an access token"
            raise self._unavailable(reason, response.status_code)
        return token, float(life) if isinstance(life, (int, float)) and life > 0 else _USUAL_LIFE

    def _answer(self) -> Response:
        """The answer of the token endpoint, asked again while it is busy or away."""
        config, attempt = self._config, 0
        with self._session() as session:
            while True:
                attempt += 1
                last = attempt >= int(config.request_max_attempts)
                try:
                    response = session.post(
                        self._request.url,
                        json=self._request.body if self._request.as_json else None,
                        data=None if self._request.as_json else self._request.body,
                        headers={"Accept": "application/json"},
                        allow_redirects=False,
                    )
                except (requests.ConnectionError, requests.Timeout) as error:
                    if last:
                        reason = f"cannot be reached ({_reason(error)})"
                        raise self._unavailable(reason, None) from None
                except requests.RequestException as error:
                    reason = f"is not understood: {redacted(str(error), self.secrets)}"
                    raise self._unavailable(reason, None) from None
                else:
                    if response.status_code not in _RETRIED:
                        return response
                    if last:
                        throttled = response.status_code == requests.codes.too_many_requests
                        reason = "asks for fewer logins" if throttled else "keeps failing"
                        raise self._unavailable(reason, response.status_code)
                self._clock.sleep(
                    backoff(
                        attempt,
                        self._clock,
                        factor=float(config.request_backoff_factor),
                        longest=float(config.request_max_retry_delay),
                    )
                )

    def _session(self) -> Session:
        session = Session(float(self._config.request_timeout), raise_for_status=False)
        adapter = BoundedAdapter(
            max_body_bytes=_LARGEST_ANSWER, total_timeout=float(self._config.request_total_timeout), pool_maxsize=1
        )
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        # A login for this host in `.netrc` would go along in `Authorization`.
        session.auth = _unsigned
        return session

    def _refused(self, response: Response, body: dict[str, Any]) -> AmazonError:
        api, where = self._told
        code = str(body.get("error", ""))
        if response.is_redirect:
            return self._unavailable("leads elsewhere, where credentials are not sent", response.status_code)
        if code not in _REFUSED and response.status_code not in (400, 401, 403):
            return self._unavailable("gives no access token", response.status_code)
        said = redacted(str(body.get("error_description") or ""), self.secrets)
        reason = _REFUSED.get(code, "it does not say why")
        message = f"Amazon refused the credentials for the {api}: {reason}"
        answered = f"  --> {self._request.url} (status {response.status_code}{f', `{code}`' if code else ''})"
        parts = [message, redacted(answered, self.secrets), *([f"answer: {said[:300]}"] if said else [])]
        return CredentialsRefused("\n".join(parts), hint=where)

    def _unavailable(self, reason: str, status: int | None) -> LoginUnavailable:
        answered = "" if status is None else f" (status {status})"
        return LoginUnavailable(
            f"no access token for the {self._told[0]}: the token endpoint {reason}\n  --> {self._request.url}{answered}",
            hint="try again later; nothing was loaded",
        )


def check_address(name: str, url: str) -> None:
    """Credentials travel encrypted, unless they stay on this machine."""
    try:
        parts = urlsplit(url)
        scheme, host, login = parts.scheme, parts.hostname or "", parts.username
    except ValueError:
        scheme = host = ""
        login = None
    if not host or scheme not in ("http", "https") or login is not None:
        message = f"`{name}` is no address: {redacted(url)}"
        raise AmazonError(message, hint="it looks like `https://host`")
    if scheme == "http" and host not in _LOCAL:
        message = f"`{name}` is `{redacted(url)}`, and credentials would travel there in the clear"
        raise AmazonError(message, hint="begin it with `https://`; `http://` is for this machine only")


def _unsigned(request: PreparedRequest) -> PreparedRequest:
    return request


def _json(response: Response) -> dict[str, Any]:
    try:
        body: Any = response.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def _reason(error: Exception) -> str:
    return "it is silent" if isinstance(error, requests.Timeout) else "no connection"
