"""`ibis`, or an error that says how to install it."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions import MissingDependencyException

try:
    import ibis as _module  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
except ImportError:
    feature = "`dlt.common.libs.ibis`"
    raise MissingDependencyException(feature, ["ibis-framework"]) from None

ibis: Any = _module
