"""Each test has a folder of its own, an empty environment and no active pipeline; projects as in `runner`."""

from tests.python.ingest.conftest import own_world
from tests.python.runner.conftest import project

__all__ = ["own_world", "project"]
