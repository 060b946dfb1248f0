"""What an endpoint's placeholders and parameters refer to, and whether that can be."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, cast

from gristmill.extract.incremental import Incremental
from gristmill.sources.rest_api.merge import place_of
from gristmill.sources.rest_api.placeholders import field_names, texts_in
from gristmill.sources.rest_api.problems import Problem, nearest
from gristmill.sources.rest_api.typing import ResolvedParam

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VALUES = ("initial_value", "start_value", "last_value", "end_value")
_SECTIONS = ("params", "json", "data", "headers")
_BRACES = "braces that are meant as such are doubled: `{{` and `}}`"


def resolve_params(endpoint: Mapping[str, Any]) -> list[ResolvedParam]:
    """The parameters of type `resolve`."""
    return [
        ResolvedParam(name, cast("Any", value))
        for name, value in (endpoint.get("params") or {}).items()
        if isinstance(value, dict) and value.get("type") == "resolve"
    ]


def bound_path(endpoint: dict[str, Any], at: str, problems: list[Problem]) -> str:
    """The path with its plain parameters filled in; those are taken out of `params`.

    Placeholders that a row or an incremental fills stay as they are.
    """
    path, params = endpoint["path"], endpoint.get("params") or {}
    contexts = _contexts(endpoint)
    unbound = [p.param_name for p in resolve_params(endpoint)]
    taken: set[str] = set()
    segments: list[str] = []
    try:
        parsed = list(string.Formatter().parse(path))
    except ValueError as error:
        problems.append(Problem(at, f"is not a valid template: {_lower(error)}", _BRACES))
        return path
    for literal, field, spec, conversion in parsed:
        segments.append(literal.replace("{", "{{").replace("}", "}}"))
        if field is None:
            continue
        kept = f"{{{field}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}"
        if field.startswith(contexts):
            segments.append(kept)
        elif field in unbound or field in taken:
            segments.append(kept)
            taken.add(field)
        elif field in params and not isinstance(params[field], dict):
            segments.append(str(params[field]))
            endpoint["params"] = params = {k: v for k, v in params.items() if k != field}
        else:
            problems.append(_unfilled(field, params, endpoint, at))
    left = [name for name in unbound if name not in taken]
    if left and not problems:
        names = ", ".join(f"`{n}`" for n in left)
        hint = "outside of the path, write `{resources.<resource>.<field>}` as the parameter's value"
        problems.append(Problem(at, f"has no placeholder for {names}, of type `resolve`", hint))
    return "".join(segments)


def _unfilled(field: str, params: Mapping[str, Any], endpoint: Mapping[str, Any], at: str) -> Problem:
    if field in params:
        kind = params[field].get("type")
        hint = "give the endpoint an `incremental` and write `{incremental.start_value}`" if kind else None
        return Problem(at, f"cannot take `{{{field}}}` from a parameter of type `{kind}`", hint)
    if "." in field or not field:
        return _unknown(field, endpoint, at)
    near = nearest(field, params)
    return Problem(
        at,
        f"has the placeholder `{{{field}}}`, but `params` has no `{field}`",
        f"did you mean `{near}`?" if near else _BRACES,
    )


def expressions(endpoint: Mapping[str, Any], own: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    """Every placeholder outside the path, with its place."""
    for section in _SECTIONS:
        value = endpoint.get(section)
        if isinstance(value, dict):
            for key, entry in cast("dict[str, Any]", value).items():
                yield from texts_in({key: entry}, place_of(at, own, section, key).rpartition(".")[0])
        else:
            yield from texts_in(value, place_of(at, own, section))


def references(
    endpoint: Mapping[str, Any], own: Mapping[str, Any], at: str, path_at: str, problems: list[Problem]
) -> tuple[list[ResolvedParam], dict[str, str]]:
    """The values that the parent's rows must give, each once, and where each is asked for first.

    They are those of `resolve` parameters and those of placeholders.
    """
    found = {p.param_name: p for p in resolve_params(endpoint)}
    places = {name: f"{place_of(at, own, 'params', name)}.resource" for name in found}
    contexts = _contexts(endpoint)
    fields = [(path_at, name) for name in _names(endpoint["path"], "", [])]
    for place, text in expressions(endpoint, own, at):
        for name in _names(text, place, problems):
            if name.startswith(contexts):
                fields.append((place, name))
            else:
                problems.append(_unknown(name, endpoint, place))
    for place, name in fields:
        if name.startswith("resources.") and name not in found:
            parts = name.split(".", 2)
            if len(parts) < 3 or not all(parts):  # noqa: PLR2004
                hint = "it reads `{resources.<resource>.<field>}`"
                problems.append(Problem(place, f"has the placeholder `{{{name}}}`, which names no field", hint))
                continue
            found[name] = ResolvedParam(name, {"type": "resolve", "resource": parts[1], "field": parts[2]})
            places[name] = place
        elif name.startswith("incremental.") and endpoint.get("incremental"):
            _check_value(name, place, problems)
    return list(found.values()), places


def _names(text: str, place: str, problems: list[Problem]) -> list[str]:
    try:
        return field_names(text)
    except ValueError as error:
        problems.append(Problem(place, f"is not a valid template: {_lower(error)}", _BRACES))
        return []


def _lower(error: Exception) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]


def _contexts(endpoint: Mapping[str, Any]) -> tuple[str, ...]:
    return ("resources.", "incremental.") if endpoint.get("incremental") else ("resources.",)


def _unknown(name: str, endpoint: Mapping[str, Any], place: str) -> Problem:
    message = f"has the placeholder `{{{name}}}`, which nothing fills"
    head, _, rest = name.partition(".")
    if head == "incremental":
        return Problem(place, message, "the endpoint has no `incremental`")
    near = nearest(head, ["resources", "incremental"])
    if near and rest:
        return Problem(place, message, f"did you mean `{{{near}.{rest}}}`?")
    known = "`{resources.<resource>.<field>}`"
    if endpoint.get("incremental"):
        known += " or `{incremental.start_value}`"
    return Problem(place, message, f"write {known}; {_BRACES}")


def _check_value(name: str, place: str, problems: list[Problem]) -> None:
    value = name.split(".")[1].partition("[")[0]
    if value not in _VALUES and not hasattr(Incremental, value) and not hasattr(Incremental(), value):
        near = nearest(value, _VALUES)
        hint = f"did you mean `{{incremental.{near}}}`?" if near else f"it has {', '.join(f'`{v}`' for v in _VALUES)}"
        problems.append(Problem(place, f"has the placeholder `{{{name}}}`, but an incremental has no `{value}`", hint))
