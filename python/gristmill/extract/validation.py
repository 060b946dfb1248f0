"""dlt's module path for the validation of items by a pydantic model."""

from __future__ import annotations

from typing import Any

from gristmill.extract.validate import PydanticValidator, item_validator

__all__ = ["PydanticValidator", "create_item_validator"]


def create_item_validator(columns: Any, schema_contract: Any = None) -> tuple[PydanticValidator | None, Any]:
    """A validator for a model given as `columns`, and the contract that goes with it; no validator for other columns."""
    return item_validator(columns, schema_contract)
