"""Where an endpoint's incremental comes from, and how its values get into requests."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from gristmill.extract.incremental import Incremental

Convert = Callable[[Any], Any]
_OURS = ("type", "start_param", "end_param", "convert", "transform")
_VALUES = ("initial_value", "start_value", "last_value", "end_value")


class IncrementalParam(NamedTuple):
    """The parameters that the last value and the end value go into."""

    start: str | None
    end: str | None


def incremental_params(request_params: Mapping[str, Any]) -> list[str]:
    """The parameters that hold an incremental."""
    return [
        name
        for name, value in request_params.items()
        if isinstance(value, Incremental) or (isinstance(value, dict) and value.get("type") == "incremental")
    ]


def setup_incremental_object(
    request_params: Mapping[str, Any], incremental_config: Mapping[str, Any] | None = None
) -> tuple[Incremental[Any] | None, IncrementalParam | None, Convert | None]:
    """The incremental of an endpoint, its parameters and what converts its values."""
    found = incremental_params(request_params)
    if len(found) > 1:
        names = ", ".join(f"`{n}`" for n in found)
        message = f"{names} hold an incremental each, but an endpoint follows one cursor"
        raise ValueError(message)
    if found:
        name = found[0]
        value = request_params[name]
        ends = value.end_value is not None if isinstance(value, Incremental) else _ends(value)
        if ends:
            message = f"the incremental in `{name}` has an end, for which a parameter has no place"
            raise ValueError(message)
        if isinstance(value, Incremental):
            return cast("Incremental[Any]", value), IncrementalParam(name, None), None
        return _made(value), IncrementalParam(name, None), _convert(value)
    if incremental_config:
        params = IncrementalParam(incremental_config.get("start_param"), incremental_config.get("end_param"))
        return _made(incremental_config), params, _convert(incremental_config)
    return None, None, None


def _ends(config: Mapping[str, Any]) -> bool:
    return bool(config.get("end_value") or config.get("end_param"))


def _made(config: Mapping[str, Any]) -> Incremental[Any]:
    return Incremental(**{key: value for key, value in config.items() if key not in _OURS})


def _convert(config: Mapping[str, Any]) -> Convert | None:
    if config.get("transform"):
        warnings.warn("`transform` of an incremental is now called `convert`", DeprecationWarning, stacklevel=2)
        return cast("Convert", config["transform"])
    return config.get("convert")


def convert_incremental_values(incremental: Incremental[Any], convert: Convert) -> dict[str, Any]:
    """What `{incremental.start_value}` and its like stand for, converted."""
    values = {name: getattr(incremental, name) for name in _VALUES}
    return {f"incremental.{name}": None if value is None else convert(value) for name, value in values.items()}


def with_incremental_params(
    params: Mapping[str, Any],
    incremental: Incremental[Any],
    names: IncrementalParam | None,
    convert: Convert | None,
) -> dict[str, Any]:
    """The parameters with the last value and the end value of the incremental in their places."""
    made = dict(params)
    for name, value in (
        (names.start if names else None, lambda: incremental.last_value),
        (names.end if names else None, lambda: incremental.end_value),
    ):
        if name:
            made[name] = convert(value()) if convert else value()
    return made
