"""A client for APIs whose answers come in pages: `RESTClient(base_url).paginate("/items")`.

Mirrors `dlt.sources.helpers.rest_client`: the same classes, arguments and pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.sources.helpers.rest_client.client import PageData, RESTClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests.auth import AuthBase

    from gristmill.common.jsonpath import TJsonPath
    from gristmill.sources.helpers.rest_client.paginators import BasePaginator
    from gristmill.sources.helpers.rest_client.typing import Hooks, HTTPMethodBasic


def paginate(
    url: str,
    method: HTTPMethodBasic = "GET",
    headers: dict[str, str] | None = None,
    params: dict[str, Any] | None = None,
    json: dict[str, Any] | None = None,
    auth: AuthBase | None = None,
    paginator: BasePaginator | None = None,
    data_selector: TJsonPath | None = None,
    hooks: Hooks | None = None,
    *,
    data: Any | None = None,
) -> Iterator[PageData[Any]]:
    """The pages of one address, without a client of one's own.

    `for page in paginate("https://api.example.com/items"): print(len(page))`. Paginator and data path are detected when
    they are not given. Raises what `RESTClient.paginate` raises.
    """
    client = RESTClient(base_url=url, headers=headers)
    return client.paginate(
        method=method,
        params=params,
        json=json,
        auth=auth,
        paginator=paginator,
        data_selector=data_selector,
        hooks=hooks,
        data=data,
    )


__all__ = ["PageData", "RESTClient", "paginate"]
