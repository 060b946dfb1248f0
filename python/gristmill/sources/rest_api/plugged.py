"""Whether what stands for a paginator or an authentication can become one, with the keys that its class takes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Literal, cast, get_args, get_origin

from gristmill.sources.helpers.rest_client.auth import AuthConfigBase
from gristmill.sources.helpers.rest_client.paginators import BasePaginator
from gristmill.sources.rest_api import registry
from gristmill.sources.rest_api.checks import one_of, wrong
from gristmill.sources.rest_api.problems import Problem, did_you_mean, misspelt_type, nearest


def paginator(value: Any, path: str, problems: list[Problem]) -> None:
    """A paginator: its name, its class, its dict or itself."""
    if isinstance(value, BasePaginator) or (inspect.isclass(value) and issubclass(value, BasePaginator)):
        return
    if isinstance(value, str):
        one_of(*registry.PAGINATOR_MAP)(value, path, problems)
        kind = registry.PAGINATOR_MAP.get(value)
        needed = [name for name, required in registry.arguments_of(kind)[0].items() if required] if kind else []
        if needed:
            keys = ", ".join(f'"{name}": ...' for name in needed)
            hint = f'write {{"type": "{value}", {keys}}}'
            problems.append(Problem(path, f"is `{value}`, which needs arguments", hint))
    elif isinstance(value, Mapping):
        _paginator_dict(cast("Mapping[str, Any]", value), path, problems)
    else:
        wrong(value, "a paginator's name, a dict or a paginator", path, problems)


def _paginator_dict(given: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
    name = given.get("type")
    if name is None and (misspelt := misspelt_type(given, path)):
        problems.append(misspelt)
        return
    if name is None:
        others = {
            n: registry.arguments_of(k)[0] for n, k in registry.PAGINATOR_MAP.items() if k and n != "json_response"
        }
        fitting = [n for n, arguments in others.items() if given and set(given) <= set(arguments)]
        hint = f'add "type": "{fitting[0]}"' if fitting else did_you_mean("", registry.PAGINATOR_MAP)
        problems.append(Problem(f"{path}.type", "is missing", hint))
        return
    before = len(problems)
    one_of(*registry.PAGINATOR_MAP)(name, f"{path}.type", problems)
    kind = registry.PAGINATOR_MAP.get(name) if len(problems) == before else None
    arguments, takes_any = registry.arguments_of(kind) if kind else ({}, name not in registry.PAGINATOR_MAP)
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


def auth(value: Any, path: str, problems: list[Problem]) -> None:
    """An authentication: its name, its class, its dict or itself. Nothing of it is quoted."""
    if isinstance(value, AuthConfigBase) or (inspect.isclass(value) and issubclass(value, AuthConfigBase)):
        return
    if isinstance(value, str):
        if value not in registry.AUTH_MAP:
            # It may be a token that was put in the wrong place, so it is not shown.
            names = ", ".join(f"`{n}`" for n in registry.AUTH_MAP)
            hint = (
                f"did you mean `{near}`?"
                if (near := nearest(value, registry.AUTH_MAP))
                else 'write {"token": ...} for a token'
            )
            problems.append(Problem(path, f"is a string, but none of {names}", hint))
    elif isinstance(value, Mapping):
        _auth_dict(cast("Mapping[str, Any]", value), path, problems)
    else:
        hint = "derive a class from `AuthConfigBase`" if callable(value) else None
        wrong(value, "an authentication's name, a dict or an `AuthConfigBase`", path, problems, hint)


def _auth_dict(given: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
    fields_of_all = [field for kind in registry.AUTH_MAP.values() for field in kind().get_resolvable_fields()]
    if misspelt := misspelt_type(given, path, fields_of_all):
        problems.append(misspelt)
        return
    name = given.get("type") or "bearer"
    if not isinstance(name, str) or name not in registry.AUTH_MAP:
        names = ", ".join(f"`{n}`" for n in registry.AUTH_MAP)
        near = nearest(name, registry.AUTH_MAP)
        problems.append(Problem(f"{path}.type", f"is none of {names}", f"did you mean `{near}`?" if near else None))
        return
    fields = registry.AUTH_MAP[name]().get_resolvable_fields()
    for key, value in given.items():
        if key in fields:
            _one_of_hint(value, fields[key], f"{path}.{key}", problems)
        if key == "type" or key in fields:
            continue
        if given.get("type") is None:
            fitting = [n for n, kind in registry.AUTH_MAP.items() if key in kind().get_resolvable_fields()]
            if fitting:
                problems.append(Problem(f"{path}.type", "is missing", f'add "type": "{fitting[0]}"'))
                return
        problems.append(
            Problem(f"{path}.{key}", f"is no key of the authentication `{name}`", did_you_mean(key, fields))
        )


def _one_of_hint(value: Any, hint: Any, path: str, problems: list[Problem]) -> None:
    allowed = get_args(hint) if get_origin(hint) is Literal else ()
    if allowed and value is not None and value not in allowed:
        near = nearest(value, allowed) if isinstance(value, str) else None
        names = ", ".join(f"`{each}`" for each in allowed)
        problems.append(Problem(path, f"is none of {names}", f"did you mean `{near}`?" if near else None))
