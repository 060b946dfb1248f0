"""`numpy`, or an error that says how to install it."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions import MissingDependencyException

try:
    import numpy as _module  # noqa: ICN001  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
except ImportError:
    feature = "`dlt.common.libs.numpy`"
    raise MissingDependencyException(feature, ["numpy"]) from None

numpy: Any = _module
np: Any = _module
