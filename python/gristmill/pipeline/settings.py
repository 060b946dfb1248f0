"""Settings of the steps, looked up where the step runs: `extract.workers`, `load.raise_on_failed_jobs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup

if TYPE_CHECKING:
    from collections.abc import Callable


def setting(name: str, default: Any, kind: Callable[[Any], Any]) -> Any:
    """The configured value, or the default."""
    found = lookup(name).value
    return default if found is None else coerced(name, found, kind)
