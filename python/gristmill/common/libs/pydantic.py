"""What a pydantic model may say about its tables."""

from __future__ import annotations

from typing import Any, TypedDict

__all__ = ["DltConfig", "pydantic_to_table_schema_columns"]


class DltConfig(TypedDict, total=False):
    """The form of a model's `dlt_config`."""

    skip_nested_types: bool
    """Nested models become columns of their own, not one column of JSON."""
    return_validated_models: bool
    """Steps after the validation see models instead of dicts."""


def pydantic_to_table_schema_columns(model: Any) -> dict[str, dict[str, Any]]:
    """The columns that a model, or one of its instances, declares."""
    from gristmill.extract.columns import model_columns

    return model_columns(model if isinstance(model, type) else type(model))
