"""What a resource of a REST API does when it runs: fill the placeholders, ask, yield pages.

A resource with a parent asks once for each of the parent's rows. Such requests run at the same time, up to
`request_concurrency` (under `[runtime]`) of them, as long as nothing in them is the user's own Python; pages come in the
order of the rows.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from requests import HTTPError

from gristmill.common.jsonpath import find_values, plain_steps
from gristmill.extract.incremental import Incremental  # noqa: TC001
from gristmill.extract.items import BytesPage
from gristmill.sources.helpers.rest_client.client import RESTClient  # noqa: TC001
from gristmill.sources.rest_api.actions import is_ignored
from gristmill.sources.rest_api.ahead import in_order
from gristmill.sources.rest_api.incremental import (
    Convert,
    IncrementalParam,
    convert_incremental_values,
    with_incremental_params,
)
from gristmill.sources.rest_api.placeholders import expand_placeholders
from gristmill.sources.rest_api.typing import ResolvedParam  # noqa: TC001

# The annotations of what a resource runs are read when it is made, which is why their types are imported here.
Row = dict[str, Any]


@dataclasses.dataclass(repr=False)
class Requests:
    """What the requests of one endpoint have in common; texts may hold placeholders."""

    client: RESTClient
    path: str
    method: str = "GET"
    headers: Mapping[str, Any] | None = None
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    json: Mapping[str, Any] | None = None
    data: Any = None
    paginator: Any = None
    data_selector: Any = None
    hooks: dict[str, Any] | None = None
    ignored: Sequence[Any] = ()
    """Actions that ignore errors: they are asked once there is an error, so that other pages need no hook."""
    runs_python: bool = False
    """Whether a paginator, an authentication, a session or an action is the user's own, and may not like threads."""

    def with_params(self, params: Mapping[str, Any]) -> Requests:
        """The same with other parameters."""
        return dataclasses.replace(self, params=params)

    def filled(self, values: Mapping[str, Any]) -> Requests:
        """The same with the placeholders filled."""
        return dataclasses.replace(
            self,
            path=expand_placeholders(self.path, values),
            headers=expand_placeholders(self.headers, values),
            params=expand_placeholders(self.params, values),
            json=expand_placeholders(self.json, values, preserve_value_type=True),
            data=expand_placeholders(self.data, values),
        )

    def pages(self) -> Iterator[Any]:
        """Ask, page by page."""
        try:
            yield from self._pages()
        except HTTPError as error:
            if error.response is None or not is_ignored(self.ignored, error.response):
                raise

    def _pages(self) -> Iterator[Any]:
        return self.client.paginate(
            path=self.path,
            method=self.method,  # pyright: ignore[reportArgumentType]
            headers=None if self.headers is None else dict(self.headers),
            params=dict(self.params),
            json=None if self.json is None else dict(self.json),
            data=self.data,
            # A paginator counts as it goes, and two runs, or two rows, must not count on one.
            paginator=deepcopy(self.paginator),
            data_selector=self.data_selector,
            hooks=None if self.hooks is None else {**self.hooks},
        )


class Cursor(NamedTuple):
    """How the values of an incremental get into requests."""

    names: IncrementalParam | None
    convert: Convert | None


class Parent(NamedTuple):
    """What a resource takes from the rows of its parent."""

    resolved_params: list[ResolvedParam]
    include: list[str]
    deferred: bool
    """Whether the pool makes the requests, as `parallelized` says."""


# With an incremental as argument, a resource looks at every row; pages of one without can stay bytes.


def paginate_resource(requests: Requests) -> Iterator[Any]:
    """The pages of an endpoint that needs no rows of another resource."""
    yield from requests.filled({}).pages()


def paginate_resource_since(
    requests: Requests, cursor: Cursor, incremental_object: Incremental[Any] | None
) -> Iterator[Any]:
    """The same, asked for with the values of an incremental."""
    values, requests = _with_incremental(requests, cursor, incremental_object)
    yield from requests.filled(values()).pages()


def paginate_dependent_resource(items: Any, requests: Requests, parent: Parent) -> Iterator[Any]:
    """The pages for each row of a page of the parent."""
    work = _work(items, requests, parent, dict)
    at_once = min(requests.client.config.request_concurrency, _count(items))
    if parent.deferred:
        for pages in work:
            yield functools.partial(_all_rows, pages)
    elif at_once > 1 and not requests.runs_python:
        yield from in_order(work, at_once)
    else:
        for pages in work:
            yield from pages()


def paginate_dependent_resource_since(
    items: Any, requests: Requests, parent: Parent, cursor: Cursor, incremental_object: Incremental[Any] | None
) -> Iterator[Any]:
    """The same, asked for with the values of an incremental: what came for one row may change what is asked for the next."""
    values, requests = _with_incremental(requests, cursor, incremental_object)
    for pages in _work(items, requests, parent, values):
        if parent.deferred:
            yield functools.partial(_all_rows, pages)
        else:
            yield from pages()


# A page of the parent that only they see stays bytes: they ask for the fields that they need.
for _function in (paginate_dependent_resource, paginate_dependent_resource_since):
    setattr(_function, "knows_pages", True)  # noqa: B010


def _with_incremental(
    requests: Requests, cursor: Cursor, incremental: Incremental[Any] | None
) -> tuple[Callable[[], dict[str, Any]], Requests]:
    if incremental is None:
        return dict, requests
    params = with_incremental_params(requests.params, incremental, cursor.names, cursor.convert)
    return functools.partial(incremental_values, incremental, cursor.convert), requests.with_params(params)


def _work(
    items: Any, requests: Requests, parent: Parent, values: Callable[[], dict[str, Any]]
) -> Iterator[Callable[[], Iterator[Any]]]:
    for found, record in _taken(items, parent):
        yield functools.partial(_pages_of_row, requests.filled(found | values()), record)


def _taken(items: Any, parent: Parent) -> Iterator[tuple[Row, Row]]:
    """For each of the parent's rows what fills placeholders, and what goes into the rows of the child."""
    name = parent.resolved_params[0].resolve_config["resource"]
    if isinstance(items, BytesPage) and (rows := _fields_of(items, parent)) is not None:
        filling = [param.param_name for param in parent.resolved_params]
        keys = [make_parent_key_name(name, field) for field in parent.include]
        for row in rows:
            yield dict(zip(filling, row, strict=False)), dict(zip(keys, row[len(filling) :], strict=True))
        return
    given: Any = items if _is_page(items) else [items]
    for row in given:
        yield parent_values(row, parent.resolved_params), build_parent_record(row, name, parent.include)


def _fields_of(page: BytesPage, parent: Parent) -> list[list[Any]] | None:
    """The fields that a child needs of a page that nobody else looks at."""
    paths = [plain_steps(param.field_path) for param in parent.resolved_params]
    paths += [(field,) for field in parent.include]
    return page.fields([path for path in paths if path]) if all(paths) else None


def _is_page(items: Any) -> bool:
    return isinstance(items, Sequence) and not isinstance(items, (str, bytes))


def _count(items: Any) -> int:
    return len(items) if _is_page(items) else 1


def _pages_of_row(requests: Requests, record: Row) -> Iterator[Any]:
    for page in requests.pages():
        if record and isinstance(page, BytesPage):
            page.add_constants(record)
        elif record:
            for row in page:
                row.update(record)
        yield page


def _all_rows(pages: Callable[[], Iterable[Any]]) -> list[Any]:
    return [row for page in pages() for row in page]


def incremental_values(incremental: Incremental[Any], convert: Convert | None) -> dict[str, Any]:
    """What `{incremental...}` stands for."""
    values: dict[str, Any] = {"incremental": incremental}
    return values | convert_incremental_values(incremental, convert) if convert else values


def parent_values(row: Row, resolved_params: list[ResolvedParam]) -> dict[str, Any]:
    """What the placeholders of the parent's fields stand for, for one of its rows."""
    values: dict[str, Any] = {}
    for param in resolved_params:
        found = find_values(param.field_path, row)
        if not found:
            config = param.resolve_config
            message = (
                f"a row of `{config['resource']}` has no `{config['field']}`, which is needed for"
                f" `{{{param.param_name}}}`; it has: {_fields(row)}"
            )
            raise ValueError(message)
        values[param.param_name] = found[0]
    return values


def make_parent_key_name(resource_name: str, field_name: str) -> str:
    """What a field of the parent is called in a row of its child.

    >>> make_parent_key_name("issues", "id")
    '_issues_id'
    """
    return f"_{resource_name}_{field_name}"


def build_parent_record(row: Row, parent_resource_name: str, include_from_parent: Sequence[str] | None) -> Row:
    """The parent's fields that go into each row of the child."""
    record: Row = {}
    for field in include_from_parent or ():
        if field not in row:
            message = f"a row of `{parent_resource_name}` has no `{field}`, which its children include; it has: {_fields(row)}"
            raise ValueError(message)
        record[make_parent_key_name(parent_resource_name, field)] = row[field]
    return record


def _fields(row: Row) -> str:
    return ", ".join(f"`{name}`" for name in row)
