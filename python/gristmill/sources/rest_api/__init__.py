"""A REST API as a source, described by a dict: `dlt.sources.rest_api`.

>>> from gristmill.sources.rest_api import rest_api_source
>>> source = rest_api_source(
...     {
...         "client": {"base_url": "https://api.example.com/", "paginator": {"type": "page_number", "base_page": 1}},
...         "resources": [
...             "users",
...             {"name": "posts", "endpoint": "users/{resources.users.id}/posts", "include_from_parent": ["name"]},
...         ],
...     }
... )
>>> list(source.resources)
['users', 'posts']

A configuration that cannot work is an error before anything is asked of the server; it lists all that is wrong, each with
its path in the dict and the key that was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gristmill.common.utils import exclude_keys
from gristmill.configuration.inject import ConfigValue
from gristmill.extract.decorators import resource, source
from gristmill.extract.resource import DltResource
from gristmill.sources.helpers.rest_client import RESTClient
from gristmill.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    AuthConfigBase,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2ClientCredentials,
)
from gristmill.sources.helpers.rest_client.paginators import BasePaginator
from gristmill.sources.helpers.rest_client.typing import HTTPMethodBasic
from gristmill.sources.rest_api.actions import create_response_hooks, ignores_errors_alone, runs_python
from gristmill.sources.rest_api.fetch import (
    Cursor,
    Parent,
    Requests,
    paginate_dependent_resource,
    paginate_dependent_resource_since,
    paginate_resource,
    paginate_resource_since,
)
from gristmill.sources.rest_api.incremental import setup_incremental_object
from gristmill.sources.rest_api.placeholders import expand_placeholders
from gristmill.sources.rest_api.prepare import Prepared, check_shape, prepared
from gristmill.sources.rest_api.problems import InvalidRESTAPIConfig
from gristmill.sources.rest_api.registry import (
    AUTH_MAP,
    PAGINATOR_MAP,
    create_auth,
    create_paginator,
    register_auth,
    register_paginator,
)
from gristmill.sources.rest_api.typing import (
    AuthConfig,
    ClientConfig,
    Endpoint,
    EndpointResource,
    EndpointResourceBase,
    IncrementalParamConfig,
    ParamBindType,
    ProcessingSteps,
    ResolvedParam,
    ResolveParamConfig,
    RESTAPIConfig,
)
from gristmill.sources.rest_api.utils import check_connection

if TYPE_CHECKING:
    from gristmill.extract.source import DltSource
    from gristmill.schema import Schema

__all__ = [
    "APIKeyAuth",
    "AuthConfig",
    "AuthConfigBase",
    "BasePaginator",
    "BearerTokenAuth",
    "ClientConfig",
    "Endpoint",
    "EndpointResource",
    "EndpointResourceBase",
    "HTTPMethodBasic",
    "HttpBasicAuth",
    "IncrementalParamConfig",
    "InvalidRESTAPIConfig",
    "OAuth2ClientCredentials",
    "ParamBindType",
    "ProcessingSteps",
    "RESTAPIConfig",
    "RESTClient",
    "ResolveParamConfig",
    "ResolvedParam",
    "check_connection",
    "create_auth",
    "create_paginator",
    "create_response_hooks",
    "exclude_keys",
    "expand_placeholders",
    "register_auth",
    "register_paginator",
    "rest_api",
    "rest_api_resources",
    "rest_api_source",
    "setup_incremental_object",
]

# Where dlt defines the functions that its resources run, and so where it looks for their configuration.
_SECTION = "config_setup"


@source
def rest_api(
    client: ClientConfig = ConfigValue,
    resources: list[str | EndpointResource | DltResource] = ConfigValue,
    resource_defaults: EndpointResourceBase | None = None,
) -> list[DltResource]:
    """A REST API whose configuration comes from `[sources.rest_api]` of `config.toml`, as far as it is not given here.

    Mirrors `dlt.sources.rest_api.rest_api`.
    """
    config: Any = {"client": client, "resources": resources, "resource_defaults": resource_defaults}
    return rest_api_resources(config)


def rest_api_source(
    config: RESTAPIConfig,
    name: str | None = None,
    section: str | None = None,
    max_table_nesting: int | None = None,
    root_key: bool | None = None,
    schema: Schema | None = None,
    schema_contract: Any = None,
    parallelized: bool = False,
) -> DltSource:
    """A source from a configuration: `client`, `resources` and, if you like, `resource_defaults`.

    `name`, `section`, `max_table_nesting`, `root_key`, `schema`, `schema_contract` and `parallelized` are those of
    `@dlt.source`. Raises `InvalidRESTAPIConfig` (a `ValueError`) when the configuration cannot work. Mirrors
    `dlt.sources.rest_api.rest_api_source`.
    """
    check_shape(config)
    made = rest_api.clone(
        name=name,
        section=section,
        max_table_nesting=max_table_nesting,
        root_key=root_key,
        schema=schema,
        schema_contract=schema_contract,
        parallelized=parallelized,
    )
    return made(**config)


def rest_api_resources(config: RESTAPIConfig) -> list[DltResource]:
    """The resources of a configuration, parents before their children, to be given to a pipeline or put into a source.

    Raises `InvalidRESTAPIConfig` (a `ValueError`) when the configuration cannot work. Mirrors
    `dlt.sources.rest_api.rest_api_resources`.
    """
    found = prepared(config)
    client = config["client"]
    shared_auth = _client_auth(found, client)
    made: dict[str, DltResource] = {}
    for one in found:
        if isinstance(one, DltResource):
            made[one.name] = one
        else:
            made[one.name] = _resource(one, client, shared_auth, made)
    return list(made.values())


def _client_auth(found: list[Prepared | DltResource], client: ClientConfig) -> AuthConfigBase | None:
    # One for all, so that a token is asked for once. An endpoint's own, even None, stands instead of it.
    wanted = any(isinstance(one, Prepared) and "auth" not in one.endpoint for one in found)
    return create_auth(client.get("auth")) if wanted else None


def _resource(
    one: Prepared, client: ClientConfig, shared_auth: AuthConfigBase | None, made: dict[str, DltResource]
) -> DltResource:
    endpoint = one.endpoint
    params = endpoint.get("params") or {}
    incremental, names, convert = setup_incremental_object(params, endpoint.get("incremental"))
    auth = create_auth(endpoint["auth"]) if "auth" in endpoint else shared_auth
    client_paginator = create_paginator(client.get("paginator"))
    paginator = create_paginator(endpoint.get("paginator"))
    actions = endpoint.get("response_actions")
    bound = {param.param_name for param in one.resolved_params}
    requests = Requests(
        client=RESTClient(
            base_url=cast("Any", client)["base_url"],
            headers=client.get("headers"),
            auth=auth,
            paginator=client_paginator,
            session=client.get("session"),
        ),
        path=endpoint["path"],
        method=(endpoint.get("method") or "GET").upper(),
        headers=endpoint.get("headers"),
        params=exclude_keys(params, bound),
        json=endpoint.get("json"),
        data=endpoint.get("data"),
        paginator=paginator,
        data_selector=endpoint.get("data_selector"),
        hooks=None if ignores_errors_alone(actions) else create_response_hooks(actions),
        ignored=list(actions or ()) if ignores_errors_alone(actions) else (),
        runs_python=runs_python(actions)
        or client.get("session") is not None
        or not _comes_along(auth, *AUTH_MAP.values())
        or not _comes_along(paginator or client_paginator, *PAGINATOR_MAP.values()),
    )
    hints: dict[str, Any] = {"section": _SECTION, **one.hints}
    if one.parent is None:
        given: list[Any] = [requests]
        function: Any = paginate_resource if incremental is None else paginate_resource_since
    else:
        given = [requests, Parent(one.resolved_params, one.include_from_parent, bool(hints.pop("parallelized", False)))]
        function = paginate_dependent_resource if incremental is None else paginate_dependent_resource_since
        hints["data_from"] = made[one.parent]
    if incremental is not None:
        given += [Cursor(names, convert), incremental]
    bound_resource: DltResource = resource(function, **hints)(*given)
    return _with_steps(bound_resource, one.processing_steps)


def _comes_along(part: Any, *kinds: type | None) -> bool:
    return part is None or (type(part) in kinds and type(part).__module__.startswith("gristmill."))


def _with_steps(made: DltResource, steps: list[dict[str, Any]]) -> DltResource:
    for step in steps:
        if step.get("filter") is not None:
            made.add_filter(step["filter"])
        if step.get("map") is not None:
            made.add_map(step["map"])
        if step.get("yield_map") is not None:
            made.add_yield_map(step["yield_map"])
    return made
