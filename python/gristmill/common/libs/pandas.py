"""`pandas`, or an error that says how to install it."""

from __future__ import annotations

from typing import Any

from gristmill.exceptions import MissingDependencyException

try:
    import pandas as _module  # noqa: ICN001  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]
except ImportError:
    feature = "`dlt.common.libs.pandas`"
    raise MissingDependencyException(feature, ["pandas"]) from None

pandas: Any = _module
pd: Any = _module


def pandas_to_arrow(df: Any, preserve_index: bool = False) -> Any:
    """A frame as a table of arrow."""
    from gristmill.common.libs.pyarrow import pa

    return pa.Table.from_pandas(df, preserve_index=preserve_index)
