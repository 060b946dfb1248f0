"""Items checked against a pydantic model, with the schema contract deciding what happens to those that fail.

By default unknown fields are dropped and a wrong type is an error; `columns` and `data_type` of the contract change it.
"""

from __future__ import annotations

from typing import Any, cast

from gristmill.exceptions import DataValidationError
from gristmill.extract.columns import is_model
from gristmill.extract.items import is_arrow
from gristmill.extract.steps import ValidateItem

_EXTRA_OF = {"evolve": "allow", "freeze": "forbid", "discard_value": "ignore", "discard_row": "forbid"}
_MODE_OF = {"forbid": "freeze", "allow": "evolve", "ignore": "discard_value"}


class PydanticValidator(ValidateItem):
    """Lets valid items pass as dicts, or as models when the model's `dlt_config` asks for it."""

    def __init__(self, model: type[Any], column_mode: str, data_mode: str) -> None:
        super().__init__()
        self.original_model = model
        self.column_mode = column_mode
        self.data_mode = data_mode
        self.model = _with_extra(model, column_mode, {})
        self._as_models = bool(getattr(model, "dlt_config", {}).get("return_validated_models", False))

    def __call__(self, item: Any, meta: Any = None) -> Any:
        """Check one item or a list of them."""
        del meta
        if item is None or is_arrow(item):
            return item
        if isinstance(item, list):
            items = cast("list[Any]", item)
            if not items or is_arrow(items[0]):
                return items
            return [v for v in (self._checked(i) for i in items) if v is not None] or None
        return self._checked(item)

    def _checked(self, item: Any) -> Any | None:
        from pydantic import BaseModel, ValidationError

        try:
            raw = item.model_dump(by_alias=True) if isinstance(item, BaseModel) else item
            valid = self.model.model_validate(raw)
        except ValidationError as error:
            return self._failed(item, error)
        return valid if self._as_models else valid.model_dump(by_alias=True)

    def _failed(self, item: Any, error: Any) -> Any | None:
        for problem in error.errors(include_url=False):
            extra = problem["type"] == "extra_forbidden"
            mode = self.column_mode if extra else self.data_mode
            if mode == "discard_row":
                return None
            if mode != "freeze":
                continue
            path = ".".join(str(p) for p in problem["loc"])
            entity = "columns" if extra else "data_type"
            message = (
                f"an item for table `{self.table_name}` breaks the contract of `{self.original_model.__name__}`"
                f" ({entity}: freeze) at `{path}`: {problem['msg']}"
            )
            raise DataValidationError(
                message,
                table_name=self.table_name,
                column_name=path,
                schema_entity=entity,
                contract_mode=mode,
                data_item=item,
            ) from None
        return item.model_dump(by_alias=True) if hasattr(item, "model_dump") else item


def _with_extra(model: type[Any], column_mode: str, made: dict[Any, Any]) -> type[Any]:
    extra = _EXTRA_OF[column_mode]
    if model.model_config.get("extra") == extra:
        return model
    if model not in made:
        # A subclass keeps fields, validators and aliases, and only changes what happens to unknown fields.
        config = {**model.model_config, "extra": extra}
        made[model] = type(model.__name__, (model,), {"model_config": config, "__module__": model.__module__})
    return made[model]


def item_validator(columns: Any, schema_contract: Any) -> tuple[PydanticValidator | None, Any]:
    """The validator for a model given as columns, and the contract that holds then."""
    if not (isinstance(columns, type) and is_model(columns)):
        return None, schema_contract
    extra = cast("Any", columns).model_config.get("extra")
    defaults = {"tables": "evolve", "columns": _MODE_OF[extra or "ignore"], "data_type": "freeze"}
    contract = expanded_contract(schema_contract, defaults)
    validator = PydanticValidator(columns, contract["columns"], contract["data_type"])
    return validator, schema_contract or contract


def expanded_contract(contract: Any, defaults: dict[str, str]) -> dict[str, str]:
    """A contract in full: one word stands for all three entities."""
    if isinstance(contract, str):
        return dict.fromkeys(("tables", "columns", "data_type"), contract)
    return {**defaults, **(contract or {})}
