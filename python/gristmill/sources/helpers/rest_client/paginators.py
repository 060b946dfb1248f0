"""How an API says where its next page is.

A paginator looks at each answer (`update_state`) and turns the request into the next one (`update_request`), until
`has_next_page` is false. Mirrors dlt's paginators, arguments and attributes included, so subclasses of users work.
"""

from __future__ import annotations

import contextlib
import warnings
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from gristmill.common.jsonpath import TJsonPath, compile_path, find_values, plain_steps, set_value_at_path
from gristmill.common.utils import str2bool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Request, Response


class BasePaginator(ABC):
    """What all paginators are. Subclasses say what `update_state` and `update_request` do."""

    def __init__(self) -> None:
        self._has_next_page = True

    @property
    def has_next_page(self) -> bool:
        """Whether there is another page."""
        return self._has_next_page

    def init_request(self, request: Request) -> None:  # noqa: B027
        """Prepare the first request."""

    @abstractmethod
    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Learn from an answer where the next page is, and whether there is one."""

    @abstractmethod
    def update_request(self, request: Request) -> None:
        """Make the request the one for the next page."""

    def __str__(self) -> str:
        return f"{type(self).__name__} at {id(self):x}"


def value_at(path: TJsonPath, response: Response) -> Any:
    """The first value at a path of an answer, or None. An answer that the core has read is not parsed for it."""
    look = getattr(response, "value_at", None)
    if look is not None and (steps := plain_steps(path)) is not None:
        return look(steps)
    values = find_values(path, response.json())
    return values[0] if values else None


def wanted_paths(paginator: BasePaginator) -> list[tuple[str | int, ...]]:
    """The plain paths that a paginator reads from each answer."""
    names = ("next_url_path", "cursor_path", "total_path", "has_more_path")
    paths = [getattr(paginator, name, None) for name in names]
    return [steps for path in paths if path is not None and (steps := plain_steps(path)) is not None]


def _has_more(paginator: Any, response: Response) -> bool:
    found = value_at(paginator.has_more_path, response)
    name, path = type(paginator).__name__, paginator.has_more_path
    if found is None:
        message = f"`{name}` finds no `{path}` in the answer, which was to say whether there are more pages"
        raise ValueError(message)
    if isinstance(found, str):
        try:
            return str2bool(found)
        except ValueError:
            pass
    elif isinstance(found, bool):
        return found
    message = f"`{path}`, which was to say whether there are more pages, is neither true nor false for `{name}`"
    raise ValueError(message)


class SinglePagePaginator(BasePaginator):
    """There is one page."""

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:  # noqa: ARG002
        """That was it."""
        self._has_next_page = False

    def update_request(self, request: Request) -> None:
        """Nothing changes."""


class RangePaginator(BasePaginator):
    """A number that grows from page to page. `PageNumberPaginator` and `OffsetPaginator` are the two that are used.

    The number goes into the query parameter `param_name` or into the JSON body at `param_body_path`. Pages end with the
    total at `total_path`, at `maximum_value`, when `has_more_path` says so, or with an empty page.
    """

    def __init__(
        self,
        param_name: str | None,
        initial_value: int,
        value_step: int,
        base_index: int = 0,
        maximum_value: int | None = None,
        total_path: TJsonPath | None = None,
        error_message_items: str = "items",
        stop_after_empty_page: bool | None = True,
        *,
        has_more_path: TJsonPath | None = None,
        param_body_path: str | None = None,
    ) -> None:
        super().__init__()
        _check_end(total_path, maximum_value, has_more_path, stop_after_empty_page, "maximum_value")
        if bool(param_name) == bool(param_body_path):
            message = "pass one of `param_name` and `param_body_path`, not both"
            raise ValueError(message)
        self.param_name = param_name
        self.param_body_path = param_body_path
        self.initial_value = initial_value
        self.current_value = initial_value
        self.value_step = value_step
        self.base_index = base_index
        self.maximum_value = maximum_value
        self.total_path = compile_path(total_path) if total_path else None
        self.error_message_items = error_message_items
        self.stop_after_empty_page = stop_after_empty_page
        self.has_more_path = compile_path(has_more_path) if has_more_path else None
        self._total: int | None = None

    def init_request(self, request: Request) -> None:
        """Begin at the first value."""
        self._has_next_page = True
        self._total = None
        self.current_value = self.initial_value
        self.update_request(request)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Count on, and see whether that was the last page."""
        if self._stop_after_this_page(data):
            self._has_next_page = False
            return
        self._total = self._read_total(response) if self.total_path else None
        self.current_value += self.value_step
        if self._is_beyond(self.current_value):
            self._has_next_page = False
        if self.has_more_path:
            # Read even when it does not matter any more: an answer without it is not understood.
            more = _has_more(self, response)
            self._has_next_page = self._has_next_page and more

    @property
    def is_endless(self) -> bool:
        """Whether nothing but an empty page, or what the server says of each page, ends the pages."""
        return self._total is None and self.maximum_value is None

    def _is_beyond(self, value: int) -> bool:
        return (self._total is not None and value >= self._total + self.base_index) or (
            self.maximum_value is not None and value >= self.maximum_value
        )

    def _read_total(self, response: Response) -> int:
        total = value_at(self.total_path, response)
        if total is None:
            message = (
                f"`{type(self).__name__}` finds no `{self.total_path}` in the answer, which was to say how many"
                f" {self.error_message_items} there are; name another `total_path`, or pass `total_path=None`"
            )
            raise ValueError(message)
        try:
            return int(total)
        except (ValueError, TypeError):
            message = f"`{self.total_path}` is no number of {self.error_message_items} for `{type(self).__name__}`"
            raise ValueError(message) from None

    def _stop_after_this_page(self, data: list[Any] | None = None) -> bool:
        return bool(self.stop_after_empty_page) and not data

    def certain_values(self) -> Iterator[int]:
        """The values after this one that will be asked for, as far as that is certain."""
        if self._total is None or self.has_more_path:
            return
        value = self.current_value + self.value_step
        while self.value_step > 0 and not self._is_beyond(value):
            yield value
            value += self.value_step

    def update_request_for(self, request: Request, value: int) -> None:
        """Make the request the one for a later value, without being there."""
        here, self.current_value = self.current_value, value
        try:
            self.update_request(request)
        finally:
            self.current_value = here

    def update_request(self, request: Request) -> None:
        """Put the value where it belongs."""
        _put(request, self.param_name, self.param_body_path, self.current_value)


def _put(request: Request, name: str | None, body_path: str | None, value: Any) -> None:
    holder: Any = request
    if body_path:
        if holder.json is None:
            holder.json = {}
        set_value_at_path(holder.json, body_path, value)
        return
    if holder.params is None:
        holder.params = {}
    holder.params[name] = value


def _check_end(total: Any, maximum: Any, has_more: Any, stop: bool | None, maximum_name: str) -> None:
    if total is None and maximum is None and has_more is None and not stop:
        message = (
            f"these pages would never end: pass one of `total_path`, `{maximum_name}`, `has_more_path` and"
            " `stop_after_empty_page`"
        )
        raise ValueError(message)


def _one_of(param: str | None, body_path: str | None, name: str) -> str | None:
    """The parameter, which is `name` unless something else is said."""
    if param is None and body_path is None:
        return name
    if bool(param) == bool(body_path):
        message = f"pass one of `{name}_param` and `{name}_body_path`, not both"
        raise ValueError(message)
    return param


class PageNumberPaginator(RangePaginator):
    """Pages are numbered from `base_page` (or from `page`); `total_path` names how many there are.

    The number is the query parameter `page_param` (`page`) or stands in the JSON body at `page_body_path`. Without a
    total, pages end before `maximum_page`, when `has_more_path` is false, or with an empty page.
    """

    def __init__(
        self,
        base_page: int = 0,
        page: int | None = None,
        page_param: str | None = None,
        total_path: TJsonPath | None = "total",
        maximum_page: int | None = None,
        stop_after_empty_page: bool | None = True,
        *,
        has_more_path: TJsonPath | None = None,
        page_body_path: str | None = None,
    ) -> None:
        page_param = _one_of(page_param, page_body_path, "page")
        _check_end(total_path, maximum_page, has_more_path, stop_after_empty_page, "maximum_page")
        super().__init__(
            param_name=page_param,
            param_body_path=page_body_path,
            initial_value=base_page if page is None else page,
            base_index=base_page,
            total_path=total_path,
            value_step=1,
            maximum_value=maximum_page,
            error_message_items="pages",
            stop_after_empty_page=stop_after_empty_page,
            has_more_path=has_more_path,
        )

    def __str__(self) -> str:
        return f"{super().__str__()}: page {self.current_value}, total_path {self.total_path}"


class OffsetPaginator(RangePaginator):
    """Pages are `limit` items from an `offset` on; `total_path` names how many items there are.

    Offset and limit are query parameters (`offset_param`, `limit_param`) or stand in the JSON body (`offset_body_path`,
    `limit_body_path`). Without a total, pages end before `maximum_offset`, when `has_more_path` is false, or with an
    empty page.
    """

    def __init__(
        self,
        limit: int,
        offset: int = 0,
        offset_param: str | None = None,
        limit_param: str | None = None,
        total_path: TJsonPath | None = "total",
        maximum_offset: int | None = None,
        stop_after_empty_page: bool | None = True,
        *,
        has_more_path: TJsonPath | None = None,
        offset_body_path: str | None = None,
        limit_body_path: str | None = None,
    ) -> None:
        offset_param = _one_of(offset_param, offset_body_path, "offset")
        limit_param = _one_of(limit_param, limit_body_path, "limit")
        _check_end(total_path, maximum_offset, has_more_path, stop_after_empty_page, "maximum_offset")
        super().__init__(
            param_name=offset_param,
            param_body_path=offset_body_path,
            initial_value=offset,
            total_path=total_path,
            value_step=limit,
            maximum_value=maximum_offset,
            stop_after_empty_page=stop_after_empty_page,
            has_more_path=has_more_path,
        )
        self.limit_param = limit_param
        self.limit_body_path = limit_body_path
        self.limit = limit

    def update_request(self, request: Request) -> None:
        """Put both numbers where they belong."""
        super().update_request(request)
        _put(request, self.limit_param, self.limit_body_path, self.limit)

    def __str__(self) -> str:
        return f"{super().__str__()}: offset {self.current_value}, limit {self.limit}, total_path {self.total_path}"


class BaseReferencePaginator(BasePaginator):
    """The answer refers to the next page. A subclass sets `_next_reference` in `update_state`; None ends the pages."""

    def __init__(self) -> None:
        super().__init__()
        self.__next_reference: str | None = None

    @property
    def _next_reference(self) -> str | None:
        return self.__next_reference

    @_next_reference.setter
    def _next_reference(self, value: str | None) -> None:
        self.__next_reference = value
        self._has_next_page = value is not None


class BaseNextUrlPaginator(BaseReferencePaginator):
    """The reference is a URL, absolute or relative to the page that names it."""

    def update_request(self, request: Request) -> None:
        """Ask for that URL, which brings its own query."""
        reference = self._next_reference
        # What is no address at all is refused where the request is made ready, which names the page.
        with contextlib.suppress(ValueError):
            if reference and not urlsplit(reference).scheme:
                self._next_reference = reference = urljoin(str(request.url), reference)
        request.url = reference
        request.params = None  # pyright: ignore[reportAttributeAccessIssue]


class HeaderLinkPaginator(BaseNextUrlPaginator):
    """The header `Link` names the next page, as `<https://api.example.com/items?page=2>; rel="next"`."""

    def __init__(self, links_next_key: str = "next") -> None:
        super().__init__()
        self.links_next_key = links_next_key

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:  # noqa: ARG002
        """Read the header."""
        self._next_reference = response.links.get(self.links_next_key, {}).get("url")

    def __str__(self) -> str:
        return f"{super().__str__()}: links_next_key {self.links_next_key}"


class JSONLinkPaginator(BaseNextUrlPaginator):
    """The body holds the URL of the next page at `next_url_path`."""

    def __init__(self, next_url_path: TJsonPath = "next") -> None:
        super().__init__()
        self.next_url_path = compile_path(next_url_path)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:  # noqa: ARG002
        """Read the URL."""
        # An empty text is how some say that there is no next page.
        reference = value_at(self.next_url_path, response) or None
        if reference is not None and not isinstance(reference, str):
            message = (
                f"`{type(self).__name__}` finds a `{type(reference).__name__}` at `{self.next_url_path}`, which was to be"
                " the URL of the next page; name the path to the URL itself, or another paginator"
            )
            raise ValueError(message)
        self._next_reference = reference

    def __str__(self) -> str:
        return f"{super().__str__()}: next_url_path {self.next_url_path}"


class JSONResponsePaginator(JSONLinkPaginator):
    """The old name of `JSONLinkPaginator`."""

    def __init__(self, next_url_path: TJsonPath = "next") -> None:
        warnings.warn("`JSONResponsePaginator` is now `JSONLinkPaginator`", DeprecationWarning, stacklevel=2)
        super().__init__(next_url_path)


class JSONResponseCursorPaginator(BaseReferencePaginator):
    """The body holds a cursor at `cursor_path`, which the next request brings along.

    It goes into the query parameter `cursor_param` (`cursor`) or into the JSON body at `cursor_body_path`. An empty or
    missing cursor ends the pages; so do, when asked for, an empty page and `has_more_path`.
    """

    def __init__(
        self,
        cursor_path: TJsonPath = "cursors.next",
        cursor_param: str | None = None,
        cursor_body_path: str | None = None,
        *,
        stop_after_empty_page: bool = False,
        has_more_path: TJsonPath | None = None,
    ) -> None:
        super().__init__()
        self.cursor_path = compile_path(cursor_path)
        if cursor_param is not None and cursor_body_path is not None:
            message = "pass one of `cursor_param` and `cursor_body_path`, not both"
            raise ValueError(message)
        self.cursor_param = "cursor" if cursor_param is None and cursor_body_path is None else cursor_param
        self.cursor_body_path = cursor_body_path
        self.stop_after_empty_page = stop_after_empty_page
        self.has_more_path = compile_path(has_more_path) if has_more_path else None

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Read the cursor."""
        self._next_reference = value_at(self.cursor_path, response) or None
        if self.stop_after_empty_page and not data:
            self._has_next_page = False
        elif self.has_more_path:
            more = _has_more(self, response)
            self._has_next_page = self._has_next_page and more

    def update_request(self, request: Request) -> None:
        """Bring the cursor along."""
        _put(request, self.cursor_param, self.cursor_body_path, self._next_reference)

    def __str__(self) -> str:
        return f"{super().__str__()}: cursor_path {self.cursor_path}"


class HeaderCursorPaginator(BaseReferencePaginator):
    """The header `cursor_key` holds a cursor, which the next request brings along in the parameter `cursor_param`."""

    def __init__(self, cursor_key: str = "next", cursor_param: str = "cursor") -> None:
        super().__init__()
        self.cursor_key = cursor_key
        self.cursor_param = cursor_param

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:  # noqa: ARG002
        """Read the header."""
        self._next_reference = response.headers.get(self.cursor_key)

    def update_request(self, request: Request) -> None:
        """Bring the cursor along."""
        _put(request, self.cursor_param, None, self._next_reference)

    def __str__(self) -> str:
        return f"{super().__str__()}: cursor_key {self.cursor_key}"
