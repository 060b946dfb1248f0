"""`sqlalchemy`, or an error that says how to install it."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions import MissingDependencyException

try:
    import sqlalchemy as _module  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
except ImportError:
    feature = "`dlt.common.libs.sqlalchemy`"
    raise MissingDependencyException(feature, ["sqlalchemy"]) from None

sqlalchemy: Any = _module
sa: Any = _module
