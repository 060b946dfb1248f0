"""What a pydantic model may say about its tables."""

from __future__ import annotations

from typing import TypedDict

__all__ = ["DltConfig"]


class DltConfig(TypedDict, total=False):
    """The form of a model's `dlt_config`."""

    skip_nested_types: bool
    """Nested models become columns of their own, not one column of JSON."""
    return_validated_models: bool
    """Steps after the validation see models instead of dicts."""
