"""`pyarrow`, or an error that says how to install it."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions import MissingDependencyException

try:
    import pyarrow as _module  # noqa: ICN001  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
except ImportError:
    feature = "`dlt.common.libs.pyarrow`"
    raise MissingDependencyException(feature, ["pyarrow"]) from None

pyarrow: Any = _module
pa: Any = _module
