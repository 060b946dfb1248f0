"""A resource's chain of steps: what makes the data first, then what is done with each item.

A transformer's pipe has a parent; its first step is called with each of the parent's items.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, cast

from gristmill.exceptions import (
    CreatePipeException,
    InvalidResourceDataTypeIsNone,
    InvalidResourceReturnsResource,
    InvalidStepFunctionArguments,
    InvalidTransformerGeneratorFunction,
    ParametrizedResourceUnbound,
    PipeNotBoundToData,
    UnclosablePipe,
)
from gristmill.extract.parallel import from_async
from gristmill.extract.steps import ItemTransform
from gristmill.names import callable_name, unique_id

Step = Any


class Pipe:
    """The steps of one resource, under its name."""

    def __init__(self, name: str, gen: Any = None, parent: Pipe | None = None) -> None:
        self.name = name
        self.parent = parent
        self.instance_id = unique_id()
        self.steps: list[Step] = []
        self.gen_index = 0
        if gen is not None:
            if parent is None and not (isinstance(gen, (Iterable, AsyncIterator)) or callable(gen)):
                raise CreatePipeException(name, f"data cannot come from a `{type(gen).__name__}`")
            self.steps.append(gen if parent is None else self._as_step(gen, verify=False))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it: the place where a transformer waits for its data."""
        return not self.steps

    @property
    def has_parent(self) -> bool:
        """Whether it takes data from another pipe."""
        return self.parent is not None

    @property
    def is_data_bound(self) -> bool:
        """Whether data will come."""
        return self.parent.is_data_bound if self.parent is not None else not self.is_empty

    @property
    def gen(self) -> Step:
        """The step that makes the data."""
        return self.steps[self.gen_index]

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, index: int) -> Step:
        return self.steps[index]

    def find(self, *kinds: type) -> int:
        """The position of the first step of these kinds, or -1."""
        return next((i for i, step in enumerate(self.steps) if isinstance(step, kinds)), -1)

    def get_by_type(self, *kinds: type) -> Any:
        """The first step of these kinds, or None."""
        index = self.find(*kinds)
        return None if index < 0 else self.steps[index]

    def remove_by_type(self, *kinds: type) -> int:
        """Remove the first step of these kinds; gives its position, or -1."""
        index = self.find(*kinds)
        if index >= 0:
            self.remove_step(index)
        return index

    def remove_step(self, index: int) -> None:
        """Remove one step that is not the one that makes the data."""
        if index == self.gen_index:
            raise CreatePipeException(self.name, "the step that makes the data cannot be removed")
        self.steps.pop(index)
        if index < self.gen_index:
            self.gen_index -= 1

    def replace_gen(self, gen: Step) -> None:
        """Make the data in another way."""
        self.steps[self.gen_index] = gen

    def append_step(self, step: Step) -> Pipe:
        """Add a step behind those that hold less strongly to the end."""
        step = self._as_step(step)
        affinity = _affinity(step)
        position = next((i + 1 for i in reversed(range(len(self.steps))) if _affinity(self.steps[i]) <= affinity), 0)
        return self._insert(step, position)

    def insert_step(self, step: Step, index: int) -> Pipe:
        """Add a step at a position; only a transformer has room before its first."""
        if self.is_empty:
            return self.append_step(step)
        if index == 0 and not self.has_parent:
            raise CreatePipeException(self.name, "a step cannot come before the one that makes the data")
        return self._insert(self._as_step(step), index)

    def _insert(self, step: Step, index: int) -> Pipe:
        if index == 0 and not self.has_parent:
            index = 1
        self.steps.insert(index, step)
        if index <= self.gen_index:
            self.gen_index += 1
        return self

    def close(self) -> None:
        """End the generator."""
        if not inspect.isgenerator(self.gen):
            raise UnclosablePipe(self.name, f"a `{type(self.gen).__name__}` cannot be closed before it ends")
        self.gen.close()

    def clone(self, new_name: str | None = None) -> Pipe:
        """The same steps in a pipe of its own, with the same identity."""
        made = Pipe(new_name or self.name, parent=self.parent)
        made.steps = list(self.steps)
        made.gen_index = self.gen_index
        made.instance_id = self.instance_id
        return made

    def ensure_gen_bound(self) -> None:
        """Raise when the function that makes the data still needs arguments."""
        if not self.is_empty and callable(self.gen):
            signature = inspect.signature(self.gen)
            try:
                signature.bind(*(("item",) if self.has_parent else ()))
            except TypeError as error:
                kind = "transformer" if self.has_parent else "resource"
                raise ParametrizedResourceUnbound(
                    self.name, callable_name(self.gen), signature, kind, str(error)
                ) from None

    def evaluate_gen(self) -> None:
        """Call the function that makes the data, and bind the steps: right before the first item."""
        if not self.is_data_bound:
            raise PipeNotBoundToData(self.name)
        if self.has_parent:
            self._verify_step(self.gen, is_gen=True)
        else:
            gen = self.gen
            if callable(gen) and not isinstance(gen, Iterator):
                self.ensure_gen_bound()
                gen = gen()
                if gen is None:
                    raise InvalidResourceDataTypeIsNone(self.name)
            if isinstance(gen, (str, bytes, dict)):
                # What a function returns may be one item.
                gen = [cast("Any", gen)]
            if isinstance(gen, AsyncIterator):
                gen = from_async(cast("AsyncIterator[Any]", gen))
            elif isinstance(gen, Iterable) and not _is_frame(gen):
                gen = iter(cast("Iterable[Any]", gen))
            else:
                gen = iter([cast("Any", gen)])
            self.replace_gen(gen)
        for index, step in enumerate(self.steps):
            if isinstance(step, ItemTransform):
                self.steps[index] = step.bind(self)

    def simulated_call(self, *args: Any, **kwargs: Any) -> inspect.BoundArguments:
        """What a call of the function would bind; raises as the call would."""
        gen = self.gen
        if not callable(gen):
            message = f"`{self.name}` holds data and cannot be called"
            raise TypeError(message)
        parameters = list(inspect.signature(gen).parameters.values())[1 if self.has_parent else 0 :]
        try:
            return inspect.Signature(parameters).bind(*args, **kwargs)
        except TypeError as error:
            message = f"{callable_name(gen)}(): {error}"
            raise TypeError(message) from None

    def bind_gen(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the arguments for when the function is called."""
        self.simulated_call(*args, **kwargs)
        head: Callable[..., Any] = self.gen
        if not self.has_parent and _returns_resource(head):
            made = head(*args, **kwargs)
        elif self.has_parent:
            made = _with_arguments(head, args, kwargs)
        else:
            made = _called_later(self.name, head, args, kwargs)
        self.replace_gen(made)
        return made

    def _as_step(self, step: Step, *, verify: bool = True) -> Step:
        if isinstance(step, ItemTransform):
            return step
        if not callable(step):
            raise CreatePipeException(self.name, f"a step is a function of one item, not a `{type(step).__name__}`")
        parameters = inspect.signature(step).parameters
        if not parameters:
            raise InvalidStepFunctionArguments(self.name, callable_name(step), "()", "it takes no arguments")
        if "meta" not in parameters:
            step = _without_meta(step)
        if verify:
            self._verify_step(step, is_gen=False)
        return step

    def _verify_step(self, step: Step, *, is_gen: bool) -> None:
        signature = inspect.signature(step)
        try:
            signature.bind("item", meta="meta")
        except TypeError as error:
            name = callable_name(step)
            if not is_gen:
                raise InvalidStepFunctionArguments(self.name, name, signature, str(error)) from None
            if not signature.parameters:
                raise InvalidTransformerGeneratorFunction(self.name, name, signature) from None
            raise ParametrizedResourceUnbound(self.name, name, signature, "transformer", str(error)) from None


def _affinity(step: Step) -> float:
    return step.placement_affinity if isinstance(step, ItemTransform) else 0


def _is_frame(item: Any) -> bool:
    return hasattr(type(item), "__arrow_c_stream__") or hasattr(type(item), "__arrow_c_array__")


def _returns_resource(function: Callable[..., Any]) -> bool:
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return False
    annotation = getattr(function, "__annotations__", {}).get("return")
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return name.rsplit(".", 1)[-1].strip("'\"") == "DltResource"


def _without_meta(step: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(step)

    @functools.wraps(step)
    def call(*args: Any, meta: Any = None, **kwargs: Any) -> Any:
        del meta
        return step(*args, **kwargs)

    parameters = list(signature.parameters.values())
    extra = inspect.Parameter("meta", inspect.Parameter.KEYWORD_ONLY, default=None)
    at = len(parameters) - (1 if parameters and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD else 0)
    parameters.insert(at, extra)
    call.__signature__ = signature.replace(parameters=parameters)  # pyright: ignore[reportFunctionMemberAccess]
    return call


def _with_arguments(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[..., Any]:
    takes_meta = "meta" in inspect.signature(function).parameters

    def transform(item: Any, meta: Any = None) -> Any:
        return function(item, *args, **({**kwargs, "meta": meta} if takes_meta else kwargs))

    signature = inspect.signature(transform)
    functools.update_wrapper(transform, function, updated=())
    transform.__signature__ = signature  # pyright: ignore[reportFunctionMemberAccess]
    return transform


def _called_later(
    name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Callable[[], Any]:
    def call() -> Any:
        made = function(*args, **kwargs)
        if made is None:
            raise InvalidResourceDataTypeIsNone(name)
        if hasattr(made, "_pipe"):
            raise InvalidResourceReturnsResource(name, function, type(function))
        return made

    functools.update_wrapper(call, function, updated=())
    call.__signature__ = inspect.Signature()  # pyright: ignore[reportFunctionMemberAccess]
    return call
