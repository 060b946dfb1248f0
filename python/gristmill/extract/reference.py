"""What makes sources, and how one is found by its name."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from gristmill.exceptions import UnknownSourceReference
from gristmill.extract.decorators import SourceFactory
from gristmill.extract.resource import DltResource

if TYPE_CHECKING:
    from gristmill.extract.source import DltSource

__all__ = [
    "SourceFactory",
    "SourceReference",
]


class SourceReference:
    """Finds sources by the name of their module and their own, as `pipeline.run("my_module.my_source")` does."""

    @classmethod
    def expand_shorthand_ref(cls, ref: str) -> list[str]:
        """The full names that a short one may stand for.

        >>> SourceReference.expand_shorthand_ref("sql_database")
        ['dlt.sources.sql_database.sql_database']
        """
        parts = ref.split(".")
        if len(parts) > 2:  # noqa: PLR2004
            return []
        return [f"dlt.sources.{ref}.{ref}" if len(parts) == 1 else f"dlt.sources.{ref}"]

    @classmethod
    def find(
        cls,
        ref: str,
        /,
        raise_exec_errors: bool = False,
        import_missing_modules: bool = False,
        _impl_sig: Any = None,
        _impl_cls: Any = None,
    ) -> SourceFactory:
        """The function behind a name, `module.source` or `source` for those of `dlt.sources`. Raises `UnknownSourceReference`."""
        del import_missing_modules, _impl_sig, _impl_cls
        refs = list(dict.fromkeys([ref, *cls.expand_shorthand_ref(ref)]))
        traces: list[str] = []
        for full in refs:
            module, _, name = full.rpartition(".")
            if not module:
                continue
            if module.split(".")[0] == "dlt":
                module = f"gristmill{module.removeprefix('dlt')}"
            try:
                found = getattr(importlib.import_module(module), name, None)
            except Exception as error:
                if raise_exec_errors and not isinstance(error, ModuleNotFoundError):
                    raise
                traces.append(f"`{full}`: {error}")
                continue
            if isinstance(found, SourceFactory):
                return found
            if isinstance(found, DltResource):
                return SourceFactory(_source_of(found), {"name": found.name, "section": found.section})
            traces.append(f"`{full}`: {'is no source' if found is not None else f'`{module}` has no `{name}`'}")
        raise UnknownSourceReference(ref, refs, traces)

    @classmethod
    def from_reference(
        cls,
        ref: str,
        /,
        name: str | None = None,
        section: str | None = None,
        max_table_nesting: int | None = None,
        root_key: bool | None = None,
        schema: Any = None,
        schema_contract: Any = None,
        spec: Any = None,
        parallelized: bool | None = None,
        _impl_cls: Any = None,
        source_args: tuple[Any, ...] | None = None,
        source_kwargs: dict[str, Any] | None = None,
    ) -> DltSource:
        """The source itself: what is found under a name, with these settings, called with `source_args` and `source_kwargs`."""
        made = cls.find(ref).clone(
            name=name,
            section=section,
            max_table_nesting=max_table_nesting,
            root_key=root_key,
            schema=schema,
            schema_contract=schema_contract,
            spec=spec,
            parallelized=parallelized,
            _impl_cls=_impl_cls,
        )
        return made(*(source_args or ()), **(source_kwargs or {}))


def _source_of(resource: DltResource) -> Any:
    def alone(*args: Any, **kwargs: Any) -> Any:
        return resource(*args, **kwargs) if args or kwargs or resource.requires_args else resource

    return alone
