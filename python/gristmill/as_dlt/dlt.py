"""What `import dlt` finds in a process that a script under `gristmill exec` started: gristmill itself."""

from __future__ import annotations

import importlib
import sys

from gristmill.alias import install

install()
# The import system takes what stands here when this module has run.
sys.modules["dlt"] = importlib.import_module("gristmill")
