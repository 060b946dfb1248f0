"""The settings of the normalizer, which a schema keeps: `max_nesting`, `propagation`, `root_key_propagation`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.schema import Schema


class DataItemNormalizer:
    """What can be set for nested items; the work itself is done in the core."""

    @classmethod
    def update_normalizer_config(cls, schema: Schema, config: dict[str, Any]) -> None:
        """Lay settings over those that the schema has.

        >>> from gristmill import Schema
        >>> schema = Schema("shop")
        >>> DataItemNormalizer.update_normalizer_config(schema, {"max_nesting": 2})
        >>> DataItemNormalizer.get_normalizer_config(schema)
        {'max_nesting': 2}
        """
        schema.update_normalizer_config(config)

    @classmethod
    def get_normalizer_config(cls, schema: Schema) -> dict[str, Any]:
        """The settings that the schema has."""
        return schema.normalizer_config


RelationalNormalizer = DataItemNormalizer
