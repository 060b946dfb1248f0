"""How a client says who it is.

Each class is `requests` auth (called with every request) and a spec at once, so its values may come from configuration.
Mirrors dlt's auths. Secrets are never shown: not in a repr, a log or an error.
"""

from __future__ import annotations

import datetime as dt
import math
from base64 import b64encode
from typing import TYPE_CHECKING, Annotated, Any, Literal

from requests.auth import AuthBase

from gristmill.configuration.coerce import TSecretStrValue, is_secret
from gristmill.configuration.spec import CredentialsConfiguration, configspec
from gristmill.exceptions import InvalidNativeValue, MissingDependencyException

if TYPE_CHECKING:
    from collections.abc import Iterable

    from requests import PreparedRequest, Session

TApiKeyLocation = Literal["header", "cookie", "query", "param"]


class AuthConfigBase(AuthBase, CredentialsConfiguration):
    """What all of them are; subclass it, or `requests.auth.AuthBase`, for one of your own."""

    def __bool__(self) -> bool:
        return True


def secrets_of(auth: Any) -> list[str]:
    """The values of an auth that must not be seen, and what they look like in a header."""
    if isinstance(auth, (tuple, list)):
        name, *rest = (str(part) for part in auth)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return [*rest, *(_login(name, password) for password in rest)]
    if isinstance(auth, HttpBasicAuth):
        return [str(auth.password), _login(auth.username, auth.password)]
    if isinstance(auth, CredentialsConfiguration):
        # A token that was obtained is no field of the configuration.
        names = [name for name, hint in auth.get_resolvable_fields().items() if is_secret(hint)]
        found = [getattr(auth, name, None) for name in (*names, "token", "access_token")]
    else:
        found = [
            v
            for n, v in getattr(auth, "__dict__", {}).items()
            if isinstance(v, str) and n not in ("username", "name", "location")
        ]
    # A text of one or two letters would hide half of every message, and is no secret.
    return [str(value) for value in found if value and len(str(value)) > 2]  # noqa: PLR2004


def _login(username: str, password: str) -> str:
    return b64encode(f"{username}:{password}".encode()).decode()


def _refused(auth: Any, fields: str, value: Any) -> InvalidNativeValue:
    # The value may be a secret in the wrong place: only its type is shown.
    return InvalidNativeValue(f"{fields} of `{type(auth).__name__}` cannot be read from a `{type(value).__name__}`")


@configspec
class BearerTokenAuth(AuthConfigBase):
    """`Authorization: Bearer <token>`."""

    token: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]

    def parse_native_representation(self, native_value: Any) -> None:
        """A text is the token."""
        if not isinstance(native_value, str):
            raise _refused(self, "`token`", native_value)
        self.token = native_value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the token into the header."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


@configspec
class APIKeyAuth(AuthConfigBase):
    """A key under `name`, in the `location` that the API asks for: header, query (or param), or cookie."""

    name: str = "Authorization"
    api_key: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    location: TApiKeyLocation = "header"

    def parse_native_representation(self, native_value: Any) -> None:
        """A text is the key."""
        if not isinstance(native_value, str):
            raise _refused(self, "`api_key`", native_value)
        self.api_key = native_value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the key where it belongs."""
        if self.location == "header":
            request.headers[self.name] = self.api_key
        elif self.location in ("query", "param"):
            # A URL that the API gave may bring the key along already.
            request.prepare_url(_without_param(str(request.url), self.name), {self.name: self.api_key})
        elif self.location == "cookie":
            before = request.headers.get("Cookie")
            cookie = f"{self.name}={self.api_key}"
            request.headers["Cookie"] = f"{before}; {cookie}" if before else cookie
        else:
            message = f"`location` of `APIKeyAuth` is `{self.location}`, but it must be `header`, `query` or `cookie`"
            raise ValueError(message)
        return request


def _without_param(url: str, name: str) -> str:
    from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if pair[0] != name]
    return url if len(kept) == len(pairs) else urlunsplit(parts._replace(query=urlencode(kept)))


@configspec
class HttpBasicAuth(AuthConfigBase):
    """`Authorization: Basic`, with user name and password."""

    username: str = None  # pyright: ignore[reportAssignmentType]
    password: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]

    def parse_native_representation(self, native_value: Any) -> None:
        """A pair is user name and password."""
        parts: list[Any] = list(native_value) if isinstance(native_value, (list, tuple)) else []  # pyright: ignore[reportUnknownArgumentType]
        if len(parts) != 2:  # noqa: PLR2004
            raise _refused(self, "`username` and `password`", native_value)
        self.username, self.password = parts

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put both into the header."""
        request.headers["Authorization"] = f"Basic {_login(self.username, self.password)}"
        return request


@configspec
class OAuth2AuthBase(AuthConfigBase):
    """What auths with an access token are."""

    access_token: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]

    def parse_native_representation(self, native_value: Any) -> None:
        """A text is the token."""
        if not isinstance(native_value, str):
            raise _refused(self, "`access_token`", native_value)
        self.access_token = native_value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the token into the header."""
        request.headers["Authorization"] = f"Bearer {self.access_token}"
        return request


class _NotResolved:
    """Marks a field that configuration does not fill."""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _default_session() -> Session:
    from gristmill.sources.helpers import requests

    return requests.client.session


@configspec
class OAuth2ClientCredentials(OAuth2AuthBase):
    """Trades `client_id` and `client_secret` for a token at `access_token_url`, again when it has expired.

    Override `build_access_token_request`, `parse_access_token` or `parse_expiration_in_seconds` for an API with ways of
    its own. Times are in seconds.
    """

    access_token: Annotated[TSecretStrValue | None, _NotResolved()] = None  # pyright: ignore[reportIncompatibleVariableOverride]
    access_token_url: str = None  # pyright: ignore[reportAssignmentType]
    client_id: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    client_secret: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    access_token_request_data: dict[str, Any] | None = None
    default_token_expiration: int = 3600
    session: Annotated[Any | None, _NotResolved()] = None

    def __post_init__(self) -> None:
        """Begin without a token."""
        if self.access_token_request_data is None:
            self.access_token_request_data = {}
        self.token_expiry = _now()
        if self.session is None:
            self.session = _default_session()

    @classmethod
    def get_resolvable_fields(cls) -> dict[str, Any]:
        """All but the token and the session."""
        return _resolvable(super().get_resolvable_fields(), ("access_token", "session"))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the token into the header."""
        if self.access_token is None or self.is_token_expired():
            self.obtain_token()
        request.headers["Authorization"] = f"Bearer {self.access_token}"
        return request

    def is_token_expired(self) -> bool:
        """Whether another token is needed."""
        return _now() >= self.token_expiry

    def obtain_token(self) -> None:
        """Ask for a token."""
        response = self._session().post(self.access_token_url, **self.build_access_token_request())
        response.raise_for_status()
        answer = response.json()
        self.parse_native_representation(self.parse_access_token(answer))
        self.token_expiry = _now() + dt.timedelta(seconds=self.parse_expiration_in_seconds(answer))

    def _session(self) -> Any:
        return self.session if self.session is not None else _default_session()

    def build_access_token_request(self) -> dict[str, Any]:
        """Arguments of the request for a token."""
        return {
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
            "data": {
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "grant_type": "client_credentials",
                **(self.access_token_request_data or {}),
            },
        }

    def parse_expiration_in_seconds(self, response_json: Any) -> int:
        """How long the token lives."""
        return int(response_json.get("expires_in", self.default_token_expiration))

    def parse_access_token(self, response_json: Any) -> str:
        """The token in the answer."""
        token = response_json.get("access_token")
        if token is None:
            message = f"the answer of the token endpoint of `{type(self).__name__}` holds no `access_token`"
            raise ValueError(message)
        return str(token)


def _resolvable(fields: dict[str, Any], without: Iterable[str]) -> dict[str, Any]:
    return {name: hint for name, hint in fields.items() if name not in without}


@configspec
class OAuthJWTAuth(BearerTokenAuth):
    """Trades a JWT signed with `private_key` (PEM, RS256) for a token at `auth_endpoint`. Needs PyJWT and cryptography."""

    token: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    client_id: str = None  # pyright: ignore[reportAssignmentType]
    private_key: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    auth_endpoint: str = None  # pyright: ignore[reportAssignmentType]
    scopes: str | list[str] | None = None
    headers: dict[str, str] | None = None
    private_key_passphrase: TSecretStrValue | None = None
    default_token_expiration: int = 3600
    session: Annotated[Any | None, _NotResolved()] = None

    def __post_init__(self) -> None:
        """Begin without a token."""
        self.format = "JWT"
        if self.scopes is not None and not isinstance(self.scopes, str):
            self.scopes = " ".join(self.scopes)
        self.token = None  # pyright: ignore[reportAttributeAccessIssue]
        self.token_expiry: dt.datetime | None = None
        if self.session is None:
            self.session = _default_session()

    @classmethod
    def get_resolvable_fields(cls) -> dict[str, Any]:
        """All but the token and the session."""
        return _resolvable(super().get_resolvable_fields(), ("token", "session"))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the token into the header."""
        if not self.token or self.is_token_expired():
            self.obtain_token()
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request

    def is_token_expired(self) -> bool:
        """Whether another token is needed."""
        return not self.token_expiry or _now() >= self.token_expiry

    def obtain_token(self) -> None:
        """Ask for a token."""
        try:
            import jwt
        except ImportError:
            feature = "`OAuthJWTAuth`"
            raise MissingDependencyException(feature, ["PyJWT", "cryptography"]) from None
        assertion = jwt.encode(self.create_jwt_payload(), self.load_private_key(), algorithm="RS256")
        data = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        session = self.session if self.session is not None else _default_session()
        response = session.post(self.auth_endpoint, headers=self.headers, data=data)
        response.raise_for_status()
        answer = response.json()
        self.token = answer["access_token"]
        self.token_expiry = _now() + dt.timedelta(seconds=int(answer.get("expires_in", self.default_token_expiration)))

    def create_jwt_payload(self) -> dict[str, str | int]:
        """What the JWT claims."""
        now = _now()
        payload: dict[str, str | int] = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.auth_endpoint,
            "exp": math.floor((now + dt.timedelta(hours=1)).timestamp()),
            "iat": math.floor(now.timestamp()),
        }
        if self.scopes is not None:
            payload["scope"] = str(self.scopes)
        return payload

    def load_private_key(self) -> Any:
        """The key, opened with its passphrase."""
        try:
            from cryptography.hazmat.primitives import serialization
        except ImportError:
            feature = "`OAuthJWTAuth`"
            raise MissingDependencyException(feature, ["PyJWT", "cryptography"]) from None
        passphrase = self.private_key_passphrase.encode() if self.private_key_passphrase else None
        return serialization.load_pem_private_key(self.private_key.encode(), password=passphrase)


__all__ = [
    "APIKeyAuth",
    "AuthConfigBase",
    "BearerTokenAuth",
    "HttpBasicAuth",
    "OAuth2AuthBase",
    "OAuth2ClientCredentials",
    "OAuthJWTAuth",
    "TApiKeyLocation",
    "secrets_of",
]
