"""Naming conventions: how keys of the data become names of tables and columns.

>>> from gristmill.common.normalizers.naming.snake_case import NamingConvention
>>> NamingConvention().normalize_identifier("orderDate")
'order_date'
"""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = ["NamingConvention"]


class NamingConvention:
    """What all conventions can do. The subclasses below this package are those that `schema.naming` names."""

    PATH_SEPARATOR: ClassVar[str] = "__"
    _reference: ClassVar[str] = "snake_case"

    def __init__(self, max_length: int | None = None) -> None:
        from gristmill.schema import Schema

        self.max_length = max_length
        self._core: Any = Schema("naming", {"names": self._reference}).core

    @property
    def is_case_sensitive(self) -> bool:
        """Whether upper and lower case stay apart."""
        return self._reference in ("direct", "sql_cs_v1")

    def normalize_identifier(self, identifier: str) -> str:
        """One name."""
        return self._shortened(self._core.normalize_identifier(identifier), identifier)

    def normalize_table_identifier(self, identifier: str) -> str:
        """A table's name."""
        return self.normalize_identifier(identifier)

    def make_path(self, *identifiers: str) -> str:
        """Parts joined to a path."""
        return self.PATH_SEPARATOR.join(i for i in identifiers if i.strip())

    def break_path(self, path: str) -> list[str]:
        """The parts of a path."""
        return [part for part in path.split(self.PATH_SEPARATOR) if part.strip()]

    def normalize_path(self, path: str) -> str:
        """Each part of a path."""
        return self._shortened(self.make_path(*map(self.normalize_identifier, self.break_path(path))), path)

    def normalize_tables_path(self, path: str) -> str:
        """Each part of the path of a nested table."""
        return self.normalize_path(path)

    def shorten_fragments(self, *normalized_idents: str) -> str:
        """Normalized parts as one path that is not too long."""
        path = self.make_path(*normalized_idents)
        return self._shortened(path, path)

    @classmethod
    def name(cls) -> str:
        """Its name."""
        return cls._reference

    def __str__(self) -> str:
        return self._reference

    def _shortened(self, normalized: str, original: str) -> str:
        return self.shorten_identifier(normalized, original, self.max_length)

    @staticmethod
    def shorten_identifier(
        normalized_ident: str, identifier: str, max_length: int | None, collision_prob: float = 0.001
    ) -> str:
        """A name cut to the longest one allowed, with a tag in its middle that keeps two long names apart."""
        import base64
        import hashlib
        import math

        if not max_length or len(normalized_ident) <= max_length:
            return normalized_ident
        size = int(3 * math.log2(1 / collision_prob) // 8 + 1)
        digest = base64.b64encode(hashlib.shake_128(identifier.encode()).digest(size)).rstrip(b"=")
        tag = digest.translate(bytes.maketrans(b"/+", b"ab")).decode("ascii").lower()
        left = (max_length - len(tag)) // 2 + (max_length - len(tag)) % 2
        right = len(normalized_ident) - (max_length - left - len(tag))
        return normalized_ident[:left] + tag + normalized_ident[right:]
