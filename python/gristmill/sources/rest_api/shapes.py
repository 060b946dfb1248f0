"""Whether a configuration has the shape of one: known keys, values of the right kind, each error with its path.

A shape is a dict of key to check; a check adds to the list of problems what it does not like. Nothing is changed, nothing
is looked up and no value is quoted that may be secret.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from gristmill.extract.hints import WRITE_DISPOSITIONS
from gristmill.extract.incremental import Incremental
from gristmill.extract.resource import DltResource
from gristmill.sources.helpers.rest_client.auth import AuthConfigBase
from gristmill.sources.helpers.rest_client.paginators import BasePaginator
from gristmill.sources.rest_api.problems import Problem, did_you_mean, nearest
from gristmill.sources.rest_api.registry import AUTH_MAP, PAGINATOR_MAP, arguments_of

Check = Callable[[Any, str, list[Problem]], None]
Shape = dict[str, Check]

_KINDS = {str: "a string", int: "an integer", bool: "true or false", dict: "a dict", list: "a list", float: "a number"}


def check_config(config: Any) -> list[Problem]:
    """All problems with the shape of a whole configuration."""
    problems: list[Problem] = []
    if not isinstance(config, Mapping):
        return [Problem("config", f"is {_kind_of(config)}, but must be a dict")]
    _keys(cast("Mapping[Any, Any]", config), "", CONFIG, problems)
    missing = [key for key in ("client", "resources") if config.get(key) is None]
    return [*problems, *(Problem(key, "is missing") for key in missing)]


def _kind_of(value: Any) -> str:
    named = next((name for kind, name in _KINDS.items() if type(value) is kind), None)
    return "empty (None)" if value is None else named or f"a `{type(value).__name__}`"


def _wrong(value: Any, wanted: str, path: str, problems: list[Problem], hint: str | None = None) -> None:
    problems.append(Problem(path, f"is {_kind_of(value)}, but must be {wanted}", hint))


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


def _is(kind: type | tuple[type, ...], wanted: str) -> Check:
    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not isinstance(value, kind):
            _wrong(value, wanted, path, problems)

    return check


def _one_of(*known: str) -> Check:
    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if value not in known:
            shown = f"`{value}`" if isinstance(value, str) else _kind_of(value)
            options = ", ".join(f"`{k}`" for k in known)
            near = nearest(value, known)
            problems.append(
                Problem(path, f"is {shown}, but must be one of {options}", f"did you mean `{near}`?" if near else None)
            )

    return check


def _or_function(inner: Check) -> Check:
    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not callable(value):
            inner(value, path, problems)

    return check


def _table(inner: Check | None = None) -> Check:
    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not isinstance(value, Mapping):
            _wrong(value, "a dict", path, problems)
            return
        for key, entry in cast("Mapping[Any, Any]", value).items():
            if not isinstance(key, str):
                problems.append(Problem(path, f"has the key `{key}`, but keys are strings"))
            elif inner is not None and entry is not None:
                inner(entry, f"{path}.{key}", problems)

    return check


def _each(inner: Check) -> Check:
    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not isinstance(value, list):
            _wrong(value, "a list", path, problems)
            return
        for index, entry in enumerate(cast("list[Any]", value)):
            inner(entry, f"{path}[{index}]", problems)

    return check


def _shaped(shape: Callable[[], Shape], required: Iterable[str] = ()) -> Check:
    def check(value: Any, path: str, problems: list[Problem]) -> None:
        if not isinstance(value, Mapping):
            _wrong(value, "a dict", path, problems)
            return
        given = cast("Mapping[Any, Any]", value)
        known = shape()
        _keys(given, path, known, problems)
        misspelt = {nearest(key, known) for key in given if key not in known}
        missing = [key for key in required if given.get(key) is None and key not in misspelt]
        problems.extend(Problem(f"{path}.{key}", "is missing") for key in missing)

    return check


def _anything(value: Any, path: str, problems: list[Problem]) -> None:
    del value, path, problems


_string = _is(str, "a string")
_flag = _is(bool, "true or false")
_integer = _is(int, "an integer")
_function = _or_function(lambda value, path, problems: _wrong(value, "a function", path, problems))


def _json_path(value: Any, path: str, problems: list[Problem]) -> None:
    # A compiled path knows how to find.
    if not isinstance(value, str) and not hasattr(value, "find"):
        _wrong(value, "a JSON path", path, problems)


def _base_url(value: Any, path: str, problems: list[Problem]) -> None:
    if not isinstance(value, str):
        _wrong(value, "a string", path, problems)
    elif value and "://" not in value:
        problems.append(Problem(path, "has no scheme", "it begins with `https://`"))


def _session(value: Any, path: str, problems: list[Problem]) -> None:
    if not hasattr(value, "send"):
        _wrong(value, "a `requests.Session`", path, problems)


def _paginator(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, BasePaginator) or (inspect.isclass(value) and issubclass(value, BasePaginator)):
        return
    if isinstance(value, str):
        _one_of(*PAGINATOR_MAP)(value, path, problems)
        kind = PAGINATOR_MAP.get(value)
        needed = [name for name, required in arguments_of(kind)[0].items() if required] if kind else []
        if needed:
            keys = ", ".join(f'"{name}": ...' for name in needed)
            hint = f'write {{"type": "{value}", {keys}}}'
            problems.append(Problem(path, f"is `{value}`, which needs arguments", hint))
    elif isinstance(value, Mapping):
        _paginator_dict(cast("Mapping[str, Any]", value), path, problems)
    else:
        _wrong(value, "a paginator's name, a dict or a paginator", path, problems)


def _paginator_dict(given: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
    name = given.get("type")
    if name is None:
        others = {n: arguments_of(k)[0] for n, k in PAGINATOR_MAP.items() if k and n != "json_response"}
        fitting = [n for n, arguments in others.items() if given and set(given) <= set(arguments)]
        hint = f'add "type": "{fitting[0]}"' if fitting else did_you_mean("", PAGINATOR_MAP)
        problems.append(Problem(f"{path}.type", "is missing", hint))
        return
    before = len(problems)
    _one_of(*PAGINATOR_MAP)(name, f"{path}.type", problems)
    kind = PAGINATOR_MAP.get(name) if len(problems) == before else None
    arguments, takes_any = arguments_of(kind) if kind else ({}, name not in PAGINATOR_MAP)
    for key in given:
        if key != "type" and key not in arguments and not takes_any:
            if not arguments:
                problems.append(Problem(f"{path}.{key}", f"means nothing to the paginator `{name}`"))
            else:
                problems.append(
                    Problem(f"{path}.{key}", f"is no key of the paginator `{name}`", did_you_mean(key, arguments))
                )
    missing = [key for key, required in arguments.items() if required and key not in given]
    problems.extend(Problem(f"{path}.{key}", f"is missing: the paginator `{name}` needs it") for key in missing)
    if kind is not None and len(problems) == before:
        try:
            kind(**{key: value for key, value in given.items() if key != "type"})
        except (ValueError, TypeError) as error:
            problems.append(Problem(path, f"cannot be made: {error}"))


def _auth(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, AuthConfigBase) or (inspect.isclass(value) and issubclass(value, AuthConfigBase)):
        return
    if isinstance(value, str):
        if value not in AUTH_MAP:
            # It may be a token that was put in the wrong place, so it is not shown.
            names = ", ".join(f"`{n}`" for n in AUTH_MAP)
            hint = (
                f"did you mean `{near}`?" if (near := nearest(value, AUTH_MAP)) else 'write {"token": ...} for a token'
            )
            problems.append(Problem(path, f"is a string, but none of {names}", hint))
    elif isinstance(value, Mapping):
        _auth_dict(cast("Mapping[str, Any]", value), path, problems)
    else:
        hint = "derive a class from `AuthConfigBase`" if callable(value) else None
        _wrong(value, "an authentication's name, a dict or an `AuthConfigBase`", path, problems, hint)


def _auth_dict(given: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
    name = given.get("type") or "bearer"
    before = len(problems)
    _one_of(*AUTH_MAP)(name, f"{path}.type", problems)
    if len(problems) > before:
        return
    fields = AUTH_MAP[name]().get_resolvable_fields()
    for key in given:
        if key == "type" or key in fields:
            continue
        if given.get("type") is None:
            fitting = [n for n, kind in AUTH_MAP.items() if key in kind().get_resolvable_fields()]
            if fitting:
                problems.append(Problem(f"{path}.type", "is missing", f'add "type": "{fitting[0]}"'))
                return
        problems.append(
            Problem(f"{path}.{key}", f"is no key of the authentication `{name}`", did_you_mean(key, fields))
        )


def _params(value: Any, path: str, problems: list[Problem]) -> None:
    if not isinstance(value, Mapping):
        _wrong(value, "a dict", path, problems)
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
        elif kind is None:
            hint = "a dict is a parameter of type `resolve` or `incremental`; use `json.dumps` to send one as text"
            problems.append(Problem(f"{at}.type", "is missing", hint))
        else:
            _one_of("resolve", "incremental")(kind, f"{at}.type", problems)


def _incremental(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, Incremental):
        hint = f"put it into `{path.rpartition('.')[0]}.params`, or write its arguments as a dict"
        _wrong(value, "a dict", path, problems, hint)
        return
    _shaped(lambda: INCREMENTAL, ("cursor_path",))(value, path, problems)


def _endpoint(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, str) and not path.startswith("resource_defaults"):
        return
    if not isinstance(value, Mapping):
        hint = "a path belongs to a resource" if isinstance(value, str) else None
        _wrong(value, "a dict", path, problems, hint)
        return
    _keys(cast("Mapping[Any, Any]", value), path, ENDPOINT, problems)


def _method(value: Any, path: str, problems: list[Problem]) -> None:
    _one_of("GET", "POST")(value.upper() if isinstance(value, str) else value, path, problems)


def _action(value: Any, path: str, problems: list[Problem]) -> None:
    if callable(value):
        return
    _shaped(lambda: RESPONSE_ACTION, ("action",))(value, path, problems)


def _action_name(value: Any, path: str, problems: list[Problem]) -> None:
    if callable(value):
        return
    if isinstance(value, str):
        _one_of("ignore")(value, path, problems)
    elif isinstance(value, list):
        _each(_function)(value, path, problems)
    else:
        _wrong(value, "`ignore`, a function or a list of functions", path, problems)


def _step(value: Any, path: str, problems: list[Problem]) -> None:
    _shaped(lambda: STEP)(value, path, problems)
    if isinstance(value, Mapping) and not value:
        problems.append(Problem(path, "is empty", did_you_mean("", STEP)))


def _disposition(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, str):
        _one_of(*WRITE_DISPOSITIONS)(value, path, problems)
    elif not isinstance(value, Mapping) and not callable(value):
        _wrong(value, "a write disposition, a dict or a function", path, problems)


def _resource(value: Any, path: str, problems: list[Problem]) -> None:
    if isinstance(value, (str, DltResource)):
        return
    if not isinstance(value, Mapping):
        _wrong(value, "a path, a dict or a resource", path, problems)
        return
    given = cast("Mapping[Any, Any]", value)
    _keys(given, path, {**RESOURCE, "name": _string}, problems)
    if given.get("name") is None:
        problems.append(Problem(f"{path}.name", "is missing"))


CLIENT: Shape = {
    "base_url": _base_url,
    "headers": _table(),
    "auth": _auth,
    "paginator": _paginator,
    "session": _session,
}
ENDPOINT: Shape = {
    "path": _string,
    "method": _method,
    "params": _params,
    "json": _table(),
    "data": _anything,
    "paginator": _paginator,
    "data_selector": _json_path,
    "response_actions": _each(_action),
    "incremental": _incremental,
    "auth": _auth,
    "headers": _table(),
}
_INCREMENTAL: Shape = {
    "cursor_path": _json_path,
    "initial_value": _anything,
    "last_value_func": _or_function(_one_of("min", "max")),
    "primary_key": _anything,
    "end_value": _anything,
    "row_order": _one_of("asc", "desc"),
    "allow_external_schedulers": _flag,
    "lag": _is((int, float), "a number"),
    "on_cursor_value_missing": _one_of("raise", "include", "exclude"),
    "range_start": _one_of("open", "closed"),
    "range_end": _one_of("open", "closed"),
    "convert": _function,
    "transform": _function,
}
INCREMENTAL: Shape = {**_INCREMENTAL, "start_param": _string, "end_param": _string}
INCREMENTAL_PARAM: Shape = {**INCREMENTAL, "type": _string}
RESOLVE: Shape = {"type": _string, "resource": _string, "field": _string}
RESPONSE_ACTION: Shape = {
    "status_code": _is((int, str), "a status code"),
    "content": _string,
    "action": _action_name,
}
STEP: Shape = {"filter": _function, "map": _function, "yield_map": _function}
RESOURCE: Shape = {
    "table_name": _or_function(_string),
    "parent_table_name": _or_function(_string),
    "write_disposition": _disposition,
    "primary_key": _anything,
    "merge_key": _anything,
    "columns": _anything,
    "schema_contract": _anything,
    "table_format": _or_function(_string),
    "file_format": _or_function(_string),
    "references": _or_function(_is(list, "a list")),
    "nested_hints": _or_function(_is(dict, "a dict")),
    "max_table_nesting": _integer,
    "selected": _flag,
    "parallelized": _flag,
    "processing_steps": _each(_step),
    "endpoint": _endpoint,
    "include_from_parent": _each(_string),
}
CONFIG: Shape = {
    "client": _shaped(lambda: CLIENT, ("base_url",)),
    "resource_defaults": _shaped(lambda: RESOURCE),
    "resources": _each(_resource),
}
