"""What may go wrong between us and Amazon, each with what to do about it."""

from __future__ import annotations

from gristmill.exceptions import DltException


class AmazonError(DltException):
    """The root of them."""

    kind = "amazon"


class CredentialsMissing(AmazonError):
    """Credentials are not, or not all, there."""

    kind = "amazon-credentials-missing"


class CredentialsRefused(AmazonError):
    """Amazon does not take the credentials, or they may not read what was asked for."""

    kind = "amazon-credentials-refused"


class LoginUnavailable(AmazonError):
    """The server that gives access tokens is not reached, or keeps failing."""

    kind = "amazon-login-unavailable"


class RequestRefused(AmazonError):
    """The API answered a request with an error; `status` and `code` are those of the answer."""

    kind = "amazon-request-refused"

    def __init__(self, message: str, status: int, code: str | None, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code


class PageTokenExpired(AmazonError):
    """The token of the next page is not taken any more, and starting over did not get any further."""

    kind = "amazon-page-token-expired"


class MalformedPage(AmazonError):
    """A page that came is not what pages of this API are."""

    kind = "amazon-malformed-page"


class UnknownMarketplace(AmazonError, ValueError):
    """No marketplace has this name."""

    kind = "amazon-marketplace"
