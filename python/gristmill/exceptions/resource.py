"""Errors of resources: how they are made, named and called."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions.extract import DltResourceException, DltSourceException


class ResourceNameMissing(DltResourceException):
    """Data without a name needs one."""

    def __init__(self) -> None:
        super().__init__(
            None,
            "the data has no name to call its table by",
            hint="pass `name=` to `dlt.resource` or `table_name=` to `run`",
        )


class ResourceNotFoundError(DltResourceException, KeyError):
    """There is no such resource."""

    def __str__(self) -> str:
        return self.message


class InvalidResourceDataType(DltResourceException):
    """This kind of object cannot be a resource's data."""  # noqa: D404

    def __init__(self, resource_name: str | None, item: Any, item_type: type, message: str) -> None:
        self.item = item
        self._typ = item_type
        super().__init__(resource_name, f"resource `{resource_name}` cannot be made: {message}")


class InvalidResourceDataTypeBasic(InvalidResourceDataType):
    """A single string or dict is not a resource's data."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(
            resource_name, item, item_type, f"a single `{item_type.__name__}` is not a collection, put it into a list"
        )


class InvalidResourceDataTypeIsNone(InvalidResourceDataType):
    """None is not data."""

    def __init__(self, resource_name: str | None, item: Any = None, item_type: type = type(None)) -> None:  # noqa: B008
        super().__init__(resource_name, item, item_type, "the data is None; did a function forget to return or yield?")


class InvalidResourceReturnsResource(InvalidResourceDataType):
    """A resource's function returned a resource."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(
            resource_name, item, item_type, "its function returns a resource; annotate it with `-> DltResource`"
        )


class InvalidParallelResourceDataType(InvalidResourceDataType):
    """Only generators run in parallel."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(
            resource_name, item, item_type, "only generators, generator functions and transformers run in parallel"
        )


class InvalidResourceDataTypeMultiplePipes(InvalidResourceDataType):
    """A source holds one resource of a name."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(resource_name, item, item_type, "the source already has a resource of this name")


class InvalidTransformerDataTypeGeneratorFunctionRequired(InvalidResourceDataType):
    """A transformer must be a function."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(
            resource_name, item, item_type, f"a transformer must be a function, not `{item_type.__name__}`"
        )


class ResourceFunctionExpected(InvalidResourceDataType):
    """The decorator needs a function."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(resource_name, item, item_type, f"`@resource` decorates functions, not `{item_type.__name__}`")


class InvalidTransformerGeneratorFunction(DltResourceException):
    """A transformer must take the item."""

    def __init__(self, resource_name: str, func_name: str, sig: Any, code: int = 1) -> None:
        self.code = code
        super().__init__(
            resource_name, f"transformer function `{func_name}{sig}` must take the data item as its first argument"
        )


class InvalidParentResourceDataType(InvalidResourceDataType):
    """A transformer takes data from resources only."""

    def __init__(self, resource_name: str, item: Any, item_type: type) -> None:
        super().__init__(resource_name, item, item_type, f"it takes data from a `{item_type.__name__}`, not a resource")


class ParametrizedResourceUnbound(DltResourceException):
    """A resource with required arguments must be called first."""

    def __init__(self, resource_name: str, func_name: str, sig: Any, kind: str, msg: str) -> None:
        super().__init__(
            resource_name,
            f"{kind} `{resource_name}` takes arguments `{func_name}{sig}` that were not given: {msg}",
            hint=f"call it: `{resource_name}(...)`",
        )


class ResourceNotATransformer(DltResourceException):
    """Data is piped only into transformers."""


class InconsistentTableTemplate(DltSourceException):
    """Hints that contradict one another."""


class DataItemRequiredForDynamicTableHints(DltResourceException):
    """A hint that is computed from items needs one."""

    def __init__(self, resource_name: str, hint_name: str = "table_name") -> None:
        super().__init__(resource_name, f"hint `{hint_name}` of resource `{resource_name}` is computed from data items")


class DeletingResourcesNotSupported(DltResourceException):
    """Resources are unselected, not deleted."""
