"""Lets code that says `import dlt` run on gristmill: `install()`, or `gristmill exec script.py`."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


class DltAlias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `dlt` and all below it in gristmill; each module exists once, under both names."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Claim what is called dlt, and is here: for what is not, Python says that there is no such module of dlt."""
        del path, target
        if fullname != "dlt" and not fullname.startswith("dlt."):
            return None
        found = importlib.util.find_spec(_ours(fullname))
        if found is None:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=found.origin)
        spec.submodule_search_locations = found.submodule_search_locations
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The module of gristmill under the same path."""
        import gristmill

        # One thread at a time: modules of gristmill import one another.
        with gristmill._importing:
            module = importlib.import_module(_ours(spec.name))
            if module is gristmill:
                # As dlt does, so that threads that come later find what they import there already.
                importlib.import_module("gristmill.pipeline")
        # The import system writes `spec` onto the module next; the module's own is put back in `exec_module`.
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute: it ran under its own name, which it keeps."""
        alias = module.__spec__
        if alias is not None and isinstance(alias.loader, DltAlias):
            module.__spec__ = alias.loader_state


def _ours(name: str) -> str:
    return "gristmill" + name.removeprefix("dlt")


def install() -> None:
    """Answer `import dlt` from now on."""
    if not any(isinstance(finder, DltAlias) for finder in sys.meta_path):
        sys.meta_path.insert(0, DltAlias())
