"""From a configuration to resources in the order in which they can be made, or to one error that says all that is wrong.

Nothing is asked of a server here, so that a configuration that cannot work says so at once.
"""

from __future__ import annotations

import dataclasses
import graphlib
from typing import TYPE_CHECKING, Any, cast

from gristmill.extract.incremental import Incremental
from gristmill.extract.resource import DltResource
from gristmill.sources.helpers.rest_client.detector import single_entity_path
from gristmill.sources.helpers.rest_client.paginators import SinglePagePaginator
from gristmill.sources.rest_api.incremental import incremental_params
from gristmill.sources.rest_api.merge import as_dict, merged, place_of
from gristmill.sources.rest_api.problems import InvalidRESTAPIConfig, Problem, nearest
from gristmill.sources.rest_api.references import bound_path, references
from gristmill.sources.rest_api.shapes import check_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gristmill.sources.rest_api.typing import ResolvedParam

_NOT_HINTS = ("endpoint", "include_from_parent", "processing_steps")


@dataclasses.dataclass
class Prepared:
    """A resource with its defaults, its parent and what it needs of each row of the parent."""

    name: str
    at: str
    endpoint: dict[str, Any]
    own_endpoint: dict[str, Any]
    hints: dict[str, Any]
    include_from_parent: list[str]
    processing_steps: list[dict[str, Any]]
    resolved_params: list[ResolvedParam]
    places: dict[str, str]
    """Where in the configuration each of those params is asked for."""

    @property
    def parent(self) -> str | None:
        """The resource whose rows it is asked for with."""
        return self.resolved_params[0].resolve_config["resource"] if self.resolved_params else None


def check_shape(config: Any) -> None:
    """Raise unless the configuration has the shape of one."""
    problems = check_config(config)
    if problems:
        raise InvalidRESTAPIConfig(problems)


def prepared(config: Mapping[str, Any]) -> list[Prepared | DltResource]:
    """The resources, parents before their children; otherwise as they stand in the configuration."""
    check_shape(config)
    problems: list[Problem] = []
    defaults = cast("Mapping[str, Any]", config.get("resource_defaults") or {})
    found: dict[str, Prepared | DltResource] = {}
    places: dict[str, str] = {}
    for index, given in enumerate(config["resources"]):
        at = f"resources[{index}]"
        made = given if isinstance(given, DltResource) else _prepared(given, defaults, at, problems)
        if made.name in found:
            where = at if isinstance(given, (str, DltResource)) else f"{at}.name"
            problems.append(
                Problem(where, f"is `{made.name}`, as is that of `{places[made.name]}`", "names are unique")
            )
            continue
        found[made.name] = made
        places[made.name] = at
    for made in found.values():
        if isinstance(made, Prepared):
            _check_parents(made, found, problems)
            _check_requests(made, problems)
    if problems:
        raise InvalidRESTAPIConfig(problems)
    return [found[name] for name in _order(found)]


def _prepared(given: Any, defaults: Mapping[str, Any], at: str, problems: list[Problem]) -> Prepared:
    resource = as_dict(given)
    own = resource["endpoint"]
    made = merged(defaults, resource)
    endpoint: dict[str, Any] = made["endpoint"]
    if single_entity_path(endpoint["path"]):
        if endpoint.get("data_selector") is None:
            endpoint["data_selector"] = "$"
        if endpoint.get("paginator") is None:
            endpoint["paginator"] = SinglePagePaginator()
    path_at = _path_at(given, at)
    endpoint["path"] = bound_path(endpoint, path_at, problems)
    resolved_params, places = references(endpoint, own, at, path_at, problems)
    return Prepared(
        name=made["name"],
        at=at,
        endpoint=endpoint,
        own_endpoint=own,
        hints={key: value for key, value in made.items() if key not in _NOT_HINTS and value is not None},
        include_from_parent=list(made.get("include_from_parent") or ()),
        processing_steps=list(made.get("processing_steps") or ()),
        resolved_params=resolved_params,
        places=places,
    )


def _path_at(given: Any, at: str) -> str:
    if isinstance(given, str):
        return at
    endpoint = given.get("endpoint")
    if isinstance(endpoint, str):
        return f"{at}.endpoint"
    return f"{at}.endpoint.path" if endpoint and endpoint.get("path") is not None else f"{at}.name"


def _check_parents(made: Prepared, found: Mapping[str, Any], problems: list[Problem]) -> None:
    parents = list(dict.fromkeys(p.resolve_config["resource"] for p in made.resolved_params))
    for parent in parents:
        if parent not in found:
            near = nearest(parent, found)
            hint = f"did you mean `{near}`?" if near else f"there are: {', '.join(f'`{name}`' for name in found)}"
            needed = next(p for p in made.resolved_params if p.resolve_config["resource"] == parent)
            message = f"takes `{needed.resolve_config['field']}` from the rows of `{parent}`, which is no resource"
            problems.append(Problem(made.places[needed.param_name], message, hint))
    if len(parents) > 1:
        names = " and ".join(f"`{p}`" for p in parents)
        hint = "let the parent carry the other's field along with `include_from_parent`"
        problems.append(Problem(f"{made.at}.endpoint", f"takes values from the rows of {names}", hint))
    if made.include_from_parent and not parents:
        hint = "refer to the parent, as in `{resources.<parent>.id}`"
        problems.append(Problem(f"{made.at}.include_from_parent", "is set, but no other resource is its parent", hint))


def _check_requests(made: Prepared, problems: list[Problem]) -> None:
    endpoint, own = made.endpoint, made.own_endpoint
    if endpoint.get("json") and endpoint.get("data"):
        at = place_of(made.at, own, "data")
        other = place_of(made.at, own, "json")
        problems.append(Problem(at, f"is set beside `{other}`, but a request has one body", "keep one of the two"))
    params = endpoint.get("params") or {}
    names = incremental_params(params)
    if len(names) > 1:
        listed = ", ".join(f"`{n}`" for n in names)
        at = place_of(made.at, own, "params", names[1])
        problems.append(Problem(at, f"is one of several incrementals ({listed})", "an endpoint follows one cursor"))
    for name in names:
        value = params[name]
        ends = value.end_value if isinstance(value, Incremental) else value.get("end_value") or value.get("end_param")
        if ends is not None and ends is not False:
            at = place_of(made.at, own, "params", name)
            hint = f"put it into `{made.at}.endpoint.incremental`, with `start_param` and `end_param`"
            problems.append(Problem(at, "has an end, for which one parameter has no place", hint))


def _order(found: Mapping[str, Prepared | DltResource]) -> list[str]:
    graph: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for name, made in found.items():
        parent = made.parent if isinstance(made, Prepared) else None
        graph.add(name, *((parent,) if parent else ()))
    try:
        return list(graph.static_order())
    except graphlib.CycleError as error:
        # It lists each resource behind the one that needs it, the first again at the end.
        circle = [str(name) for name in reversed(error.args[1])]
        first = min(circle, key=list(found).index)
        turned = circle[circle.index(first) : -1] + circle[: circle.index(first)]
        chain = " -> ".join(f"`{n}`" for n in [*turned, first])
        at = cast("Prepared", found[first]).at
        raise InvalidRESTAPIConfig(
            [Problem(at, f"needs its own rows: {chain}", "a resource cannot be its own parent, directly or not")]
        ) from None
