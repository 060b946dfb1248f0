"""Who asks. Both APIs take a client and its secret; the Selling Partner API a refresh token as well.

| | Selling Partner API | Creators API | environment |
|---|---|---|---|
| `client_id` | the application's | the credential id | `AMAZON_CLIENT_ID` |
| `client_secret` | the application's | the credential secret | `AMAZON_CLIENT_SECRET` |
| `refresh_token` | of the seller who authorized the application | | `AMAZON_REFRESH_TOKEN` |
| `version` | | 2.1 to 2.3 or 3.1 to 3.3 | `AMAZON_CREDENTIAL_VERSION` |
| `partner_tag` | | the associate's tag | `AMAZON_PARTNER_TAG` |

An argument wins over dlt's variables (`SOURCES__AMAZON__CREDENTIALS__CLIENT_ID`), those over `AMAZON_CLIENT_ID`, and that
over `[sources.amazon.credentials]` in `.dlt/secrets.toml`. Who uses both APIs writes
`[sources.amazon.selling_partner_catalog.credentials]` and `[sources.amazon.creators.credentials]`, or sets
`AMAZON_SELLING_PARTNER_CLIENT_ID` and `AMAZON_CREATORS_CLIENT_ID`, which are looked for first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from gristmill.configuration.coerce import TSecretStrValue, coerced, is_secret
from gristmill.configuration.lookup import lookup
from gristmill.configuration.spec import CredentialsConfiguration, configspec
from gristmill.sources.amazon.problems import CredentialsMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENVIRONMENT = "Environment Variables"


class AmazonCredentials(CredentialsConfiguration):
    """What both kinds have in common."""

    api: ClassVar[str] = "API"
    source: ClassVar[str] = ""
    own_prefix: ClassVar[str] = ""
    where: ClassVar[str] = ""
    variables: ClassVar[Mapping[str, str]] = MappingProxyType({})


@configspec
class SellingPartnerCredentials(AmazonCredentials):
    """An application of the Selling Partner API and a seller's authorization of it."""

    api: ClassVar[str] = "Selling Partner API"
    source: ClassVar[str] = "selling_partner_catalog"
    own_prefix: ClassVar[str] = "AMAZON_SELLING_PARTNER_"
    where: ClassVar[str] = (
        "client id and secret stand in Seller Central under Develop Apps (`View` beside the application), the refresh"
        " token is shown there on `Authorize`"
    )
    variables: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"client_id": "CLIENT_ID", "client_secret": "CLIENT_SECRET", "refresh_token": "REFRESH_TOKEN"}
    )

    client_id: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    client_secret: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    refresh_token: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]


@configspec
class CreatorsCredentials(AmazonCredentials):
    """A credential of the Creators API and the tag of the associate it belongs to."""

    api: ClassVar[str] = "Creators API"
    source: ClassVar[str] = "creators"
    own_prefix: ClassVar[str] = "AMAZON_CREATORS_"
    where: ClassVar[str] = (
        "Associates Central shows credential id, secret and version under Tools, Creators API; the partner tag is the"
        " associate's tracking id"
    )
    variables: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "client_id": "CLIENT_ID",
            "client_secret": "CLIENT_SECRET",
            "version": "CREDENTIAL_VERSION",
            "partner_tag": "PARTNER_TAG",
        }
    )

    client_id: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    client_secret: TSecretStrValue = None  # pyright: ignore[reportAssignmentType]
    version: str = None  # pyright: ignore[reportAssignmentType]
    partner_tag: str = None  # pyright: ignore[reportAssignmentType]


C = TypeVar("C", bound=AmazonCredentials)


def credentials_of(kind: type[C], given: C | Mapping[str, Any] | None) -> C:
    """The credentials, each part from the first place that has it.

    Raises `CredentialsMissing`, which names each part that is nowhere.
    """
    if given is not None and not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        # The value may be a secret in the wrong place: only its type is shown.
        message = (
            f"`credentials` of the {kind.api} is a `{type(given).__name__}`, where a dict of its parts was expected"
        )
        raise CredentialsMissing(message, hint=f"its parts are {_listed(kind.variables)}")
    values = dict(cast("Mapping[str, Any]", given or {}))
    if unknown := sorted(set(values) - set(kind.variables)):
        message = f"`credentials` of the {kind.api} has no {_listed(unknown)}"
        raise CredentialsMissing(message, hint=f"its parts are {_listed(kind.variables)}")
    hints = kind.get_resolvable_fields()
    made = kind()
    for name in kind.variables:
        value = values.get(name)
        found = value if value is not None else _configured(kind, name, hints[name])
        text = None if found is None else str(found).strip()
        setattr(made, name, text or None)
    missing = [name for name in kind.variables if getattr(made, name) is None]
    if missing:
        raise _missing(kind, missing)
    made.resolve()
    return made


def _configured(kind: type[AmazonCredentials], name: str, hint: Any) -> Any:
    secret = is_secret(hint)
    found = lookup(name, secret=secret, embedded=("credentials",), sections=("sources", "amazon", kind.source))
    # A part may be written without quotes: a version is a number then.
    value = None if found.value is None else coerced(name, str(found.value), hint)
    if value is not None and found.provider == _ENVIRONMENT:
        return value
    return next((text for n in _names(kind, name) if (text := os.environ.get(n, "").strip())), value)


def _names(kind: type[AmazonCredentials], name: str) -> Iterator[str]:
    yield kind.own_prefix + kind.variables[name]
    yield f"AMAZON_{kind.variables[name]}"


def _missing(kind: type[AmazonCredentials], missing: list[str]) -> CredentialsMissing:
    lines = [
        f"the {kind.api} needs {_listed(missing)}, which {'is' if len(missing) == 1 else 'are'} nowhere to be found"
    ]
    lines.extend(
        f"  - `{name}` under `[sources.amazon.credentials]`, or `AMAZON_{kind.variables[name]}`" for name in missing
    )
    return CredentialsMissing(
        "\n".join(lines), hint=f"write them to `.dlt/secrets.toml` or set the variables; {kind.where}"
    )


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)
