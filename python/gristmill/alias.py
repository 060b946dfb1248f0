"""Lets code that says `import dlt` run on gristmill: `install()`, or `python -m gristmill.exec script.py`."""

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
        """Claim what is called dlt."""
        del path, target
        if fullname != "dlt" and not fullname.startswith("dlt."):
            return None
        return importlib.util.spec_from_loader(fullname, self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The module of gristmill under the same path."""
        name = "gristmill" + spec.name.removeprefix("dlt")
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            message = f"gristmill has no module `{spec.name}`; a source of your own is imported from its own module"
            raise ModuleNotFoundError(message, name=spec.name) from None

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: it was executed under its own name."""
        del module


def install() -> None:
    """Answer `import dlt` from now on."""
    if not any(isinstance(finder, DltAlias) for finder in sys.meta_path):
        sys.meta_path.insert(0, DltAlias())
