"""Paginators and authentications by name: those that come along, and those that users register."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, cast

from gristmill.configuration.spec import resolve_configuration
from gristmill.exceptions import ValueErrorWithKnownValues
from gristmill.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    AuthConfigBase,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2ClientCredentials,
)
from gristmill.sources.helpers.rest_client.paginators import (
    BasePaginator,
    HeaderCursorPaginator,
    HeaderLinkPaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)

PAGINATOR_MAP: dict[str, type[BasePaginator] | None] = {
    "json_link": JSONLinkPaginator,
    "json_response": JSONLinkPaginator,
    "header_link": HeaderLinkPaginator,
    "header_cursor": HeaderCursorPaginator,
    # The client looks at the first answer and decides.
    "auto": None,
    "single_page": SinglePagePaginator,
    "cursor": JSONResponseCursorPaginator,
    "offset": OffsetPaginator,
    "page_number": PageNumberPaginator,
}

AUTH_MAP: dict[str, type[AuthConfigBase]] = {
    "bearer": BearerTokenAuth,
    "api_key": APIKeyAuth,
    "http_basic": HttpBasicAuth,
    "oauth2_client_credentials": OAuth2ClientCredentials,
}


def register_paginator(paginator_name: str, paginator_class: Any) -> None:
    """Make a paginator of your own known under a name, for `"paginator": {"type": name, ...}`.

    The keys beside `type` are the arguments of the class.
    """
    if not (inspect.isclass(paginator_class) and issubclass(paginator_class, BasePaginator)):
        name = getattr(paginator_class, "__name__", paginator_class)
        message = f"paginator `{name}` cannot be registered: it is not a subclass of `BasePaginator`"
        raise ValueError(message)
    PAGINATOR_MAP[paginator_name] = paginator_class


def register_auth(auth_name: str, auth_class: Any) -> None:
    """Make an authentication of your own known under a name, for `"auth": {"type": name, ...}`.

    The keys beside `type` are the fields of the class; those left out are looked for in the configuration.
    """
    if not (inspect.isclass(auth_class) and issubclass(auth_class, AuthConfigBase)):
        name = getattr(auth_class, "__name__", auth_class)
        message = f"authentication `{name}` cannot be registered: it is not a subclass of `AuthConfigBase`"
        raise ValueError(message)
    AUTH_MAP[auth_name] = auth_class


def get_paginator_class(paginator_name: str) -> type[BasePaginator] | None:
    """The class under a name; None for `auto`."""
    if paginator_name not in PAGINATOR_MAP:
        raise ValueErrorWithKnownValues("paginator", paginator_name, PAGINATOR_MAP)
    return PAGINATOR_MAP[paginator_name]


def get_auth_class(auth_type: str) -> type[AuthConfigBase]:
    """The class under a name."""
    if auth_type not in AUTH_MAP:
        raise ValueErrorWithKnownValues("auth", auth_type, AUTH_MAP)
    return AUTH_MAP[auth_type]


def create_paginator(paginator_config: Any) -> BasePaginator | None:
    """A paginator from its name, its dict, its class or itself; None where the client is to find out."""
    if isinstance(paginator_config, BasePaginator):
        return paginator_config
    if inspect.isclass(paginator_config) and issubclass(paginator_config, BasePaginator):
        return paginator_config()
    if isinstance(paginator_config, str):
        kind = get_paginator_class(paginator_config)
        try:
            return kind() if kind else None
        except TypeError:
            message = f"paginator `{paginator_config}` needs arguments, so its name alone is not enough"
            raise ValueError(message) from None
    if isinstance(paginator_config, Mapping):
        given = dict(cast("Mapping[str, Any]", paginator_config))
        kind = get_paginator_class(given.pop("type", "auto"))
        return kind(**given) if kind else None
    return None


def create_auth(auth_config: Any) -> AuthConfigBase | None:
    """An authentication from its name, its dict, its class or itself; what it lacks comes from the configuration."""
    if auth_config is None:
        return None
    if isinstance(auth_config, AuthConfigBase):
        auth = auth_config
    elif inspect.isclass(auth_config) and issubclass(auth_config, AuthConfigBase):
        auth = auth_config()
    elif isinstance(auth_config, str):
        auth = get_auth_class(auth_config)()
    elif isinstance(auth_config, Mapping):
        given = dict(cast("Mapping[str, Any]", auth_config))
        auth = get_auth_class(given.pop("type", None) or "bearer").from_init_value(given)
        if not auth.is_resolved() and not auth.is_partial():
            auth.resolve()
    else:
        message = f"an authentication is a name, a dict or an `AuthConfigBase`, not a `{type(auth_config).__name__}`"
        raise ValueError(message)
    return auth if auth.is_resolved() else resolve_configuration(auth)


def arguments_of(kind: type[BasePaginator]) -> tuple[dict[str, bool], bool]:
    """The arguments of a paginator, each with whether it must be given; and whether it takes any others."""
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    named = {p.name: p.default is p.empty for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    return named, any(p.kind is p.VAR_KEYWORD for p in parameters)
