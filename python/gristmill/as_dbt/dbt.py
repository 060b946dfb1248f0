"""What `import dbt` finds where this folder stands on `PYTHONPATH`: the runner of gristmill under dbt's names."""

from __future__ import annotations

import importlib
import sys

from gristmill.dbt.names import install

install()
# The import system takes what stands here when this module has run.
del sys.modules["dbt"]
sys.modules["dbt"] = importlib.import_module("dbt")
