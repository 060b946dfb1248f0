"""Modules that are a table: for each path of another package, which of its names live where in gristmill."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Table = dict[str, list[tuple[str, str]]]
"""What each module holds: the modules of ours that have it, with the names there, or `shown=own` where they differ."""


class ListedModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of a table, and no other; nothing is imported before a name is used."""

    modules: Table
    about: str

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Claim what the table has."""
        del path, target
        if fullname not in self.modules:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=type(self).__module__, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """A module that knows where its names come from."""
        return _Listed(spec.name, f"`{spec.name}` of {self.about}", self.modules[spec.name])

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute: names are fetched when they are asked for."""


class _Listed(ModuleType):
    def __init__(self, name: str, doc: str, listed: list[tuple[str, str]]) -> None:
        super().__init__(name, doc)
        self.__listed = listed

    def __names(self) -> Iterator[tuple[str, str, str]]:
        for place, names in self.__listed:
            for entry in names.split():
                shown, _, own = entry.partition("=")
                yield shown, place, own or shown

    def __getattr__(self, name: str) -> Any:
        for shown, place, own in self.__names():
            if shown == name:
                found = getattr(importlib.import_module(place), own)
                setattr(self, name, found)
                return found
        message = f"module `{self.__name__}` of gristmill has no attribute `{name}`"
        raise AttributeError(message)

    def __dir__(self) -> list[str]:
        return sorted(shown for shown, _, _ in self.__names())
