"""Whether a configuration has the shape of one: known keys, values of the right kind, each error with its path.

A shape is a dict of key to check. Nothing is changed, nothing is looked up and no value is quoted that may be secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from gristmill.extract.hints import WRITE_DISPOSITIONS
from gristmill.extract.incremental import Incremental
from gristmill.extract.resource import DltResource
from gristmill.sources.rest_api import plugged
from gristmill.sources.rest_api.checks import Check, anything, each, kind_of, of_kind, one_of, or_function, table, wrong
from gristmill.sources.rest_api.problems import Problem, did_you_mean, misspelt_type, nearest

Shape = dict[str, Check]


def check_config(config: Any) -> list[Problem]:
    """All problems with the shape of a whole configuration."""
    problems: list[Problem] = []
    if not isinstance(config, Mapping):
        return [Problem("config", f"is {kind_of(config)}, but must be a dict")]
    _keys(cast("Mapping[Any, Any]", config), "", CONFIG, problems)
    missing = [key for key in ("client", "resources") if config.get(key) is None]
    return [*problems, *(Problem(key, "is missing") for key in missing)]


def _keys(given: Mapping[Any, Any], path: str, shape: Shape, problems: list[Problem]) -> None:
    for key, value in given.items():
        at = f"{path}.{key}" if path else str(key)
        if key not in shape:
            problems.append(Problem(at, "is not a known key", _place_of(str(key), path, shape)))
        elif value is not None:
            shape[key](value, at, problems)


def _place_of(key: str, path: str, shape: Shape) -> str:
    near = nearest(key, shape)
    if near:
        return f"did you mean `{near}`?"
    others = [(place, other) for place, other in _places(path) if other is not shape]
    for place, other in others:
        if key in other:
            return f"`{key}` belongs to `{place}`"
    for place, other in others:
        if near := nearest(key, other):
            return f"did you mean `{near}`, in `{place}`?"
    return did_you_mean(key, shape)


def _places(path: str) -> list[tuple[str, Shape]]:
    resource = path.split(".", maxsplit=1)[0] if path.startswith("resource") else "resources[...]"
    return [
        (f"{resource}.endpoint", ENDPOINT),
        (resource, RESOURCE),
        (f"{resource}.endpoint.incremental", INCREMENTAL),
        ("client", CLIENT),
    ]


def _shaped(shape: Callable[[], Shape], required: Iterable[str] = ()) -> Check:
    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not isinstance(value, Mapping):
            wrong(value, "a dict", path, problems)
            return
        given = cast("Mapping[Any, Any]", value)
        known = shape()
        _keys(given, path, known, problems)
        misspelt = {nearest(key, known) for key in given if key not in known}
        missing = [key for key in required if given.get(key) is None and key not in misspelt]
        problems.extend(Problem(f"{path}.{key}", "is missing") for key in missing)

    return check


_string = of_kind(str, "a string")
_flag = of_kind(bool, "true or false")
_integer = of_kind(int, "an integer")
_function = or_function(lambda value, path, problems: wrong(value, "a function", path, problems))


def _json_path(value: Any, path: str, problems: list[Problem]) -> None:
    # A compiled path knows how to find.
    if not isinstance(value, str) and not hasattr(value, "find"):
        wrong(value, "a JSON path", path, problems)


def _base_url(value: Any, path: str, problems: list[Problem]) -> None:
    if not isinstance(value, str):
        wrong(value, "a string", path, problems)
    elif value and "://" not in value:
        problems.append(Problem(path, "has no scheme", "it begins with `https://`"))


def _session(value: Any, path: str, problems: list[Problem]) -> None:
    if not hasattr(value, "send"):
        wrong(value, "a `requests.Session`", path, problems)


def _params(value: Any, path: str, problems: list[Problem]) -> None:
    if not isinstance(value, Mapping):
        wrong(value, "a dict", path, problems)
        return
    for key, entry in cast("Mapping[Any, Any]", value).items():
        at = f"{path}.{key}"
        if not isinstance(key, str):
            problems.append(Problem(path, f"has the key `{key}`, but keys are strings"))
        if not isinstance(entry, dict):
            continue
        bound = cast("dict[str, Any]", entry)
        kind = bound.get("type")
        if kind == "resolve":
            _shaped(lambda: RESOLVE, ("resource", "field"))(bound, at, problems)
        elif kind == "incremental":
            _shaped(lambda: INCREMENTAL_PARAM, ("cursor_path",))(bound, at, problems)
        elif kind is None and (misspelt := misspelt_type(bound, at)):
            problems.append(misspelt)
        elif kind is None:
            hint = "a dict is a parameter of type `resolve` or `incremental`; use `json.dumps` to send one as text"
            problems.append(Problem(f"{at}.type", "is missing", hint))
        else:
            one_of("resolve", "incremental")(kind, f"{at}.type", problems)


def _incremental(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, Incremental):
        hint = f"put it into `{path.rpartition('.')[0]}.params`, or write its arguments as a dict"
        wrong(value, "a dict", path, problems, hint)
        return
    _shaped(lambda: INCREMENTAL, ("cursor_path",))(value, path, problems)


def _endpoint(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, str) and not path.startswith("resource_defaults"):
        return
    if not isinstance(value, Mapping):
        hint = "a path belongs to a resource" if isinstance(value, str) else None
        wrong(value, "a dict", path, problems, hint)
        return
    _keys(cast("Mapping[Any, Any]", value), path, ENDPOINT, problems)


def _method(value: Any, path: str, problems: list[Problem]) -> None:
    one_of("GET", "POST")(value.upper() if isinstance(value, str) else value, path, problems)


def _action(value: Any, path: str, problems: list[Problem]) -> None:
    if callable(value):
        return
    _shaped(lambda: RESPONSE_ACTION, ("action",))(value, path, problems)


def _action_name(value: Any, path: str, problems: list[Problem]) -> None:
    if callable(value):
        return
    if isinstance(value, str):
        one_of("ignore")(value, path, problems)
    elif isinstance(value, list):
        each(_function)(value, path, problems)
    else:
        wrong(value, "`ignore`, a function or a list of functions", path, problems)


def _step(value: Any, path: str, problems: list[Problem]) -> None:
    _shaped(lambda: STEP)(value, path, problems)
    if isinstance(value, Mapping) and not value:
        problems.append(Problem(path, "is empty", did_you_mean("", STEP)))


def _disposition(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, str):
        one_of(*WRITE_DISPOSITIONS)(value, path, problems)
    elif not isinstance(value, Mapping) and not callable(value):
        wrong(value, "a write disposition, a dict or a function", path, problems)


def _resource(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, (str, DltResource)):
        return
    if not isinstance(value, Mapping):
        wrong(value, "a path, a dict or a resource", path, problems)
        return
    given = cast("Mapping[Any, Any]", value)
    _keys(given, path, {**RESOURCE, "name": _string}, problems)
    if given.get("name") is None:
        problems.append(Problem(f"{path}.name", "is missing"))


CLIENT: Shape = {
    "base_url": _base_url,
    "headers": table(),
    "auth": plugged.auth,
    "paginator": plugged.paginator,
    "session": _session,
}
ENDPOINT: Shape = {
    "path": _string,
    "method": _method,
    "params": _params,
    "json": table(),
    "data": anything,
    "paginator": plugged.paginator,
    "data_selector": _json_path,
    "response_actions": each(_action),
    "incremental": _incremental,
    "auth": plugged.auth,
    "headers": table(),
}
_INCREMENTAL: Shape = {
    "cursor_path": _json_path,
    "initial_value": anything,
    "last_value_func": or_function(one_of("min", "max")),
    "primary_key": anything,
    "end_value": anything,
    "row_order": one_of("asc", "desc"),
    "allow_external_schedulers": _flag,
    "lag": of_kind((int, float), "a number"),
    "on_cursor_value_missing": one_of("raise", "include", "exclude"),
    "range_start": one_of("open", "closed"),
    "range_end": one_of("open", "closed"),
    "convert": _function,
    "transform": _function,
}
INCREMENTAL: Shape = {**_INCREMENTAL, "start_param": _string, "end_param": _string}
INCREMENTAL_PARAM: Shape = {**INCREMENTAL, "type": _string}
RESOLVE: Shape = {"type": _string, "resource": _string, "field": _string}
RESPONSE_ACTION: Shape = {
    "status_code": of_kind((int, str), "a status code"),
    "content": _string,
    "action": _action_name,
}
STEP: Shape = {"filter": _function, "map": _function, "yield_map": _function}
RESOURCE: Shape = {
    "table_name": or_function(_string),
    "parent_table_name": or_function(_string),
    "write_disposition": _disposition,
    "primary_key": anything,
    "merge_key": anything,
    "columns": anything,
    "schema_contract": anything,
    "table_format": or_function(_string),
    "file_format": or_function(_string),
    "references": or_function(of_kind(list, "a list")),
    "nested_hints": or_function(of_kind(dict, "a dict")),
    "max_table_nesting": _integer,
    "selected": _flag,
    "parallelized": _flag,
    "processing_steps": each(_step),
    "endpoint": _endpoint,
    "include_from_parent": each(_string),
}
CONFIG: Shape = {
    "client": _shaped(lambda: CLIENT, ("base_url",)),
    "resource_defaults": _shaped(lambda: RESOURCE),
    "resources": each(_resource),
}
