"""How nested items become rows."""

from __future__ import annotations

from gristmill.common.normalizers.json.relational import DataItemNormalizer

__all__ = ["DataItemNormalizer"]
