"""An incremental that is an argument of the resource's function: made when the function is called, then a step."""

from __future__ import annotations

import functools
import inspect
import typing
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast, get_args, get_origin

from gristmill import context
from gristmill.configuration.coerce import bare, is_optional
from gristmill.configuration.lookup import lookup
from gristmill.extract.incremental.incremental import Incremental
from gristmill.extract.steps import ItemTransform

if TYPE_CHECKING:
    from collections.abc import Callable

    from gristmill.extract.pipe import Pipe


class IncrementalResourceWrapper(ItemTransform):
    """The step that stands in for the incremental until there is one."""

    placement_affinity: ClassVar[float] = 1

    def __init__(self) -> None:
        super().__init__()
        self.is_from_hints = False
        self.sections: tuple[str, ...] = ()
        self._incremental: Incremental[Any] | None = None
        self._primary_key: Any = None
        self._pipe: Pipe | None = None

    @property
    def incremental(self) -> Incremental[Any] | None:
        """The incremental, once there is one."""
        return self._incremental

    @property
    def custom_metrics(self) -> dict[str, Any]:
        """The incremental's."""
        return self._incremental.custom_metrics if self._incremental is not None else {}

    def set_deduplication_key(self, value: Any, *, from_hints: bool = True) -> None:
        """Pass the resource's key on."""
        self._primary_key = value
        if self._incremental is not None:
            self._incremental.set_deduplication_key(value, from_hints=from_hints)

    def set_incremental(self, incremental: Any, *, from_hints: bool = False) -> None:
        """Set it; one from hints is replaced only by another from hints."""
        if self.is_from_hints and not from_hints:
            return
        self.is_from_hints = from_hints
        self._incremental = None if incremental is None else Incremental.ensure_instance(incremental)
        if self._incremental is not None and self._primary_key is not None:
            self._incremental.set_deduplication_key(self._primary_key, from_hints=True)

    @staticmethod
    def argument_of(function: Callable[..., Any]) -> inspect.Parameter | None:
        """The argument that takes an incremental, by its annotation or default."""
        try:
            hints = typing.get_type_hints(function)
        except Exception:  # noqa: BLE001
            hints = {}
        for parameter in inspect.signature(function).parameters.values():
            kind = bare(hints.get(parameter.name, Any))
            origin = get_origin(kind) or kind
            if isinstance(parameter.default, Incremental) or getattr(origin, "__is_incremental__", False):
                return parameter.replace(annotation=hints.get(parameter.name, parameter.annotation))
        return None

    def wrap(
        self, parameter: inspect.Parameter, signature: inspect.Signature, function: Callable[..., Any]
    ) -> Callable[..., Any]:
        """The function, called with the incremental that holds."""
        default: Any = parameter.default

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            made = self._made(default, bound.arguments, parameter.name)
            if (made is None or made.is_partial()) and self._incremental is None:
                if default is None or is_optional(parameter.annotation):
                    bound.arguments[parameter.name] = None
                    return function(*bound.args, **bound.kwargs)
                message = f"argument `{parameter.name}` needs an incremental; make it optional to go without one"
                raise ValueError(message)
            if made is not None and not made.is_partial():
                self.set_incremental(made)
            chosen = cast("Incremental[Any]", self._incremental)
            if not hasattr(chosen, "__orig_class__") and get_args(bare(parameter.annotation)):
                chosen.__orig_class__ = bare(parameter.annotation)  # pyright: ignore[reportAttributeAccessIssue]
            if not chosen.is_resolved():
                chosen.resolve()
            if self._pipe is not None and chosen._pipe is not self._pipe:  # pyright: ignore[reportPrivateUsage]
                chosen.bind(self._pipe)
            bound.arguments[parameter.name] = chosen
            return function(*bound.args, **bound.kwargs)

        return call

    def _made(self, default: Any, arguments: dict[str, Any], name: str) -> Incremental[Any] | None:  # noqa: PLR0911
        has_default = isinstance(default, Incremental)
        if name in arguments:
            explicit = arguments[name]
            if explicit is None:
                return None
            if isinstance(explicit, Incremental):
                given = cast("Incremental[Any]", explicit)
                return cast("Incremental[Any]", default).merge(given) if has_default else given.copy()
            if isinstance(explicit, dict):
                given = Incremental.ensure_instance(explicit)
                return cast("Incremental[Any]", default).merge(given) if has_default else given
            if has_default:
                made = cast("Incremental[Any]", default).copy()
                made.initial_value = made.start_value = explicit
                return made
            return None
        if self._incremental is not None:
            if has_default and not self.is_from_hints:
                return self._incremental
            return None
        if not has_default:
            return None
        with context.in_sections(context.Sections(sections=self.sections), "resource"):
            return _configured(cast("Incremental[Any]", default), name)

    def bind(self, pipe: Pipe) -> Self:
        """Take up the state, or wait until the function is called."""
        self._pipe = pipe
        if self._incremental is not None:
            if not self._incremental.is_resolved():
                self._incremental.resolve()
            self._incremental.bind(pipe)
        return self

    def __call__(self, item: Any, meta: Any = None) -> Any:
        """Filter, if there is an incremental."""
        return item if self._incremental is None else self._incremental(item, meta)


def configured_incremental(name: str) -> Incremental[Any] | None:
    """The incremental that configuration describes under `name`, in the sections that are current."""
    made = _configured(Incremental(), name)
    return None if made.is_partial() else made


def _configured(default: Incremental[Any], name: str) -> Incremental[Any]:
    made = default.copy()
    for field in ("initial_value", "end_value", "lag", "row_order", "range_start", "range_end", "cursor_path"):
        found = lookup(field, embedded=(name,)).value
        if found is not None:
            before = getattr(made, field)
            setattr(made, field, type(before)(found) if isinstance(before, (int, float)) else found)
    made.start_value = made.initial_value
    return made
