"""`sqlalchemy`, or an error that says how to install it."""

from __future__ import annotations

import importlib
from typing import Any

from gristmill.exceptions import MissingDependencyException

try:
    import sqlalchemy as _module  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
except ImportError:
    feature = "`dlt.common.libs.sqlalchemy`"
    raise MissingDependencyException(feature, ["sqlalchemy"]) from None

sqlalchemy: Any = _module
sa: Any = _module


# What users of dlt import from here.
_PLACES = {
    "CompileError": "sqlalchemy.exc",
    "Engine": "sqlalchemy.engine",
    "Executable": "sqlalchemy.sql.expression",
    "Row": "sqlalchemy.engine",
    "Select": "sqlalchemy.sql",
    "TextClause": "sqlalchemy.sql.elements",
    "TypeDecorator": "sqlalchemy.types",
    "TypeEngine": "sqlalchemy.types",
    "URL": "sqlalchemy.engine",
    "make_url": "sqlalchemy.engine",
    "Column": "sqlalchemy",
    "MetaData": "sqlalchemy",
    "Table": "sqlalchemy",
    "create_engine": "sqlalchemy",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        message = f"module `dlt.common.libs.sql_alchemy` has no attribute `{name}`"
        raise AttributeError(message)
    return getattr(importlib.import_module(_PLACES[name]), name)
