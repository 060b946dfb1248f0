"""The rows of an external model as a frame of pandas, for plugins that store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.plugins.records import TargetConfig


def target_to_df(target_config: TargetConfig) -> Any:
    """Read the file of an external model; raises `ValueError` where it has none, or one that is neither CSV nor Parquet."""
    import pandas as pd

    location = target_config.location
    if location is None:
        message = "the model has no file"
        raise ValueError(message)
    if location.format == "csv":
        return pd.read_csv(location.path)
    if location.format == "parquet":
        return pd.read_parquet(location.path)
    message = f"a file of format `{location.format}` cannot be stored by a plugin: let the model be csv or parquet"
    raise ValueError(message)
