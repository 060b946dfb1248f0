"""The types of a REST API configuration, under the names that users annotate their dicts with.

They say what a configuration may hold; `shapes` checks at run time that it does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NotRequired, TypedDict

from requests import Session  # noqa: TC002

from gristmill.common.jsonpath import TJsonPath, compile_path
from gristmill.extract.resource import DltResource
from gristmill.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    AuthConfigBase,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2ClientCredentials,
    TApiKeyLocation,
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
from gristmill.sources.helpers.rest_client.typing import HTTPMethodBasic

__all__ = [
    "APIKeyAuth",
    "ApiKeyAuthConfig",
    "AuthConfig",
    "AuthConfigBase",
    "AuthType",
    "AuthTypeConfig",
    "BasePaginator",
    "BearerTokenAuth",
    "BearerTokenAuthConfig",
    "ClientConfig",
    "DltResource",
    "Endpoint",
    "EndpointResource",
    "EndpointResourceBase",
    "HTTPMethodBasic",
    "HeaderCursorPaginator",
    "HeaderCursorPaginatorConfig",
    "HeaderLinkPaginator",
    "HeaderLinkPaginatorConfig",
    "HttpBasicAuth",
    "HttpBasicAuthConfig",
    "IncrementalConfig",
    "IncrementalParamConfig",
    "IncrementalRESTArgs",
    "JSONLinkPaginator",
    "JSONLinkPaginatorConfig",
    "JSONResponseCursorPaginator",
    "JSONResponseCursorPaginatorConfig",
    "OAuth2ClientCredentials",
    "OAuth2ClientCredentialsConfig",
    "OffsetPaginator",
    "OffsetPaginatorConfig",
    "PageNumberPaginator",
    "PageNumberPaginatorConfig",
    "PaginatorConfig",
    "PaginatorType",
    "PaginatorTypeConfig",
    "ParamBindConfig",
    "ParamBindType",
    "ProcessingSteps",
    "RESTAPIConfig",
    "RESTAPIConfigBase",
    "ResolveParamConfig",
    "ResolvedParam",
    "ResourceBase",
    "ResponseAction",
    "ResponseActionDict",
    "SinglePagePaginator",
]

PaginatorType = Literal[
    "json_link",
    "json_response",
    "header_link",
    "header_cursor",
    "auto",
    "single_page",
    "cursor",
    "offset",
    "page_number",
]


class PaginatorTypeConfig(TypedDict):
    """A paginator by its name."""

    type: PaginatorType


class PageNumberPaginatorConfig(PaginatorTypeConfig, total=False):
    """Pages by their number, in a parameter or in the body."""

    base_page: int | None
    page: int | None
    page_param: str | None
    total_path: str | None
    maximum_page: int | None
    stop_after_empty_page: bool | None
    has_more_path: str | None
    page_body_path: str | None


class OffsetPaginatorConfig(PaginatorTypeConfig, total=False):
    """Pages by the number of rows before them."""

    limit: int
    offset: int | None
    offset_param: str | None
    offset_body_path: str | None
    limit_param: str | None
    limit_body_path: str | None
    total_path: str | None
    maximum_offset: int | None
    stop_after_empty_page: bool | None
    has_more_path: str | None


class HeaderLinkPaginatorConfig(PaginatorTypeConfig, total=False):
    """The next page's address stands in the `Link` header."""

    links_next_key: str | None


class JSONLinkPaginatorConfig(PaginatorTypeConfig, total=False):
    """The next page's address stands in the answer."""

    next_url_path: str | None


class JSONResponseCursorPaginatorConfig(PaginatorTypeConfig, total=False):
    """A cursor from the answer goes into the next request."""

    cursor_path: str | None
    cursor_param: str | None
    cursor_body_path: str | None
    stop_after_empty_page: bool | None
    has_more_path: str | None


class HeaderCursorPaginatorConfig(PaginatorTypeConfig, total=False):
    """A cursor from a header goes into the next request."""

    cursor_key: str | None
    cursor_param: str | None


PaginatorConfig = (
    PaginatorType
    | PageNumberPaginatorConfig
    | OffsetPaginatorConfig
    | HeaderLinkPaginatorConfig
    | HeaderCursorPaginatorConfig
    | JSONLinkPaginatorConfig
    | JSONResponseCursorPaginatorConfig
    | BasePaginator
)

AuthType = Literal["bearer", "api_key", "http_basic", "oauth2_client_credentials"]


class AuthTypeConfig(TypedDict):
    """An authentication by its name."""

    type: AuthType


class BearerTokenAuthConfig(TypedDict, total=False):
    """A token in the header `Authorization`; the type may be left out."""

    type: AuthType | None
    token: str


class ApiKeyAuthConfig(AuthTypeConfig, total=False):
    """A key under a name of your choice, in a header or in the query."""

    name: str | None
    api_key: str
    location: TApiKeyLocation | None


class HttpBasicAuthConfig(AuthTypeConfig):
    """User and password."""

    username: str
    password: str


class OAuth2ClientCredentialsConfig(AuthTypeConfig, total=False):
    """A token that is asked for with an id and a secret."""

    access_token: str | None
    access_token_url: str
    client_id: str
    client_secret: str
    access_token_request_data: dict[str, Any] | None
    default_token_expiration: int | None
    session: Session | None


AuthConfig = (
    AuthConfigBase
    | AuthType
    | BearerTokenAuthConfig
    | ApiKeyAuthConfig
    | HttpBasicAuthConfig
    | OAuth2ClientCredentialsConfig
)


class ClientConfig(TypedDict, total=False):
    """What all endpoints share."""

    base_url: str
    headers: dict[str, str] | None
    auth: AuthConfig | None
    paginator: PaginatorConfig | None
    session: Session | None


class IncrementalRESTArgs(TypedDict, total=False):
    """The arguments of an incremental, and what its values become in requests."""

    cursor_path: str
    initial_value: Any
    last_value_func: Callable[..., Any] | Literal["min", "max"] | None
    primary_key: Any
    end_value: Any
    row_order: Literal["asc", "desc"] | None
    allow_external_schedulers: bool | None
    lag: float | None
    on_cursor_value_missing: Literal["raise", "include", "exclude"] | None
    range_start: Literal["open", "closed"] | None
    range_end: Literal["open", "closed"] | None
    convert: Callable[..., Any] | None


class IncrementalConfig(IncrementalRESTArgs, total=False):
    """An incremental, and the parameters that its values go into."""

    start_param: str | None
    end_param: str | None


ParamBindType = Literal["resolve", "incremental"]


class ParamBindConfig(TypedDict):
    """A parameter whose value is not known beforehand."""

    type: ParamBindType


class ResolveParamConfig(ParamBindConfig):
    """A parameter that takes its value from a row of another resource."""

    resource: str
    field: str


class IncrementalParamConfig(ParamBindConfig, IncrementalRESTArgs):
    """A parameter that takes the last value of an incremental."""


@dataclasses.dataclass
class ResolvedParam:
    """A value that each row of the parent gives: the placeholder it fills, and where it stands in the row."""

    param_name: str
    resolve_config: ResolveParamConfig
    field_path: TJsonPath = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.field_path = compile_path(self.resolve_config["field"])


class ResponseActionDict(TypedDict, total=False):
    """What to do with answers of a status, or with a text in them."""

    status_code: int | str | None
    content: str | None
    action: str | Callable[..., Any] | list[Callable[..., Any]] | None


ResponseAction = ResponseActionDict | Callable[..., Any]


class Endpoint(TypedDict, total=False):
    """What is asked for, and how the answer is read."""

    path: str | None
    method: HTTPMethodBasic | None
    params: dict[str, ResolveParamConfig | IncrementalParamConfig | Any] | None
    json: dict[str, Any] | None
    data: Any
    paginator: PaginatorConfig | None
    data_selector: str | None
    response_actions: list[ResponseAction] | None
    incremental: IncrementalConfig | None
    auth: AuthConfig | None
    headers: dict[str, Any] | None


class ProcessingSteps(TypedDict, total=False):
    """One step that rows pass."""

    filter: Callable[[Any], bool] | None
    map: Callable[[Any], Any] | None
    yield_map: Callable[[Any], Iterator[Any]] | None


class ResourceBase(TypedDict, total=False):
    """The hints that `@dlt.resource` takes; each but the last four may be a function of the row."""

    table_name: Any
    parent_table_name: Any
    write_disposition: Any
    primary_key: Any
    merge_key: Any
    columns: Any
    schema_contract: Any
    table_format: Any
    file_format: Any
    references: Any
    nested_hints: Mapping[Any, Any] | Callable[[Any], Any] | None
    max_table_nesting: int | None
    selected: bool | None
    parallelized: bool | None
    processing_steps: list[ProcessingSteps] | None


class EndpointResourceBase(ResourceBase, total=False):
    """What `resource_defaults` may hold."""

    endpoint: str | Endpoint | None
    include_from_parent: list[str] | None


class EndpointResource(EndpointResourceBase, total=False):
    """A resource: its name, its hints and its endpoint."""

    name: str


class RESTAPIConfigBase(TypedDict):
    """The two parts that no configuration goes without."""

    client: ClientConfig
    resources: list[str | EndpointResource | DltResource]


class RESTAPIConfig(RESTAPIConfigBase):
    """A whole configuration."""

    resource_defaults: NotRequired[EndpointResourceBase | None]
