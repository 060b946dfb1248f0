"""Which naming convention a schema follows: a short name, a module, or a class, as configured or as stored."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any, cast

from gristmill import context
from gristmill.common.normalizers.naming.exceptions import (
    InvalidNamingType,
    NamingTypeNotFound,
    UnknownNamingModule,
)
from gristmill.common.normalizers.naming.naming import CoreConvention, NamingConvention
from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup

if TYPE_CHECKING:
    from types import ModuleType

DEFAULT = "snake_case"
CORE = ("snake_case", "direct", "sql_cs_v1", "sql_ci_v1", "duck_case")
NAME_LENGTH_MAX = 65_536
"""The longest name that DuckDB takes."""
_HOME = "gristmill.common.normalizers.naming"


def configured(schema_name: str, key: str = "naming") -> Any:
    """What `sources.<schema>.schema.<key>`, `sources.schema.<key>` or `schema.<key>` says."""
    around = context.sections.get()
    sections = context.Sections(around.pipeline_name, ("sources", schema_name))
    with context.in_sections(sections):
        return lookup(key, embedded=("schema",)).value


def may_change(schema_name: str) -> bool:
    """Whether tables with data may be named anew."""
    found = configured(schema_name, "allow_identifier_change_on_table_with_data")
    return found is not None and coerced("allow_identifier_change_on_table_with_data", found, bool)


def reference_of(naming: Any) -> str:
    """The reference that a schema stores; the core knows the convention from then on."""
    if naming in CORE:
        return cast("str", naming)
    if isinstance(naming, str):
        cls = convention(naming)
        reference = naming
    elif inspect.ismodule(naming):
        cls = _class_in(naming, "NamingConvention")
        reference = f"{naming.__name__}.NamingConvention"
    else:
        cls = cast("type[NamingConvention]", naming)
        reference = f"{cls.__module__}.{cls.__qualname__}"
    # One that extends a convention of the core is no longer that one.
    if not (issubclass(cls, CoreConvention) and cls.__module__.startswith(f"{_HOME}.")):
        from gristmill import _core

        _core.register_naming(reference, cls.PATH_SEPARATOR, cls(NAME_LENGTH_MAX).normalize_identifier)
    return reference.replace(f"{_HOME}.", "dlt.common.normalizers.naming.")


def convention(reference: str) -> type[NamingConvention]:
    """The class that a reference names: one of ours, a module's `NamingConvention`, or a class by its path."""
    reference = reference.replace("dlt.common.normalizers.names.", f"{_HOME}.")
    reference = reference.replace("dlt.common.normalizers.naming.", f"{_HOME}.")
    candidates = [reference] if "." in reference else [f"{_HOME}.{reference}", reference]
    for name in candidates:
        if (module := _module(name)) is not None:
            return _class_in(module, "NamingConvention")
    parent, _, cls = reference.rpartition(".")
    if parent and (module := _module(parent)) is not None:
        return _class_in(module, cls)
    raise UnknownNamingModule(reference)


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # A module that is there and misses another one is a different matter.
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            return None
        raise


def _class_in(module: ModuleType, name: str) -> type[NamingConvention]:
    found = getattr(module, name, None)
    if found is None:
        raise NamingTypeNotFound(module.__name__, name)
    if not (inspect.isclass(found) and issubclass(found, NamingConvention)):
        raise InvalidNamingType(module.__name__, name)
    return found
