"""The base of naming conventions; derive from it to write one of your own."""

from __future__ import annotations

import base64
import hashlib
import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLLISIONS = 0.001


class NamingConvention(ABC):
    """How keys become names; put it in a module under this name and set `schema.naming` to that module.

    >>> class Loud(NamingConvention):
    ...     is_case_sensitive = True
    ...     def normalize_identifier(self, identifier):
    ...         return self.shorten_identifier(super().normalize_identifier(identifier).upper(), identifier, self.max_length)
    >>> Loud().normalize_path("order__id")
    'ORDER__ID'
    """

    PATH_SEPARATOR: ClassVar[str] = "__"

    def __init__(self, max_length: int | None = None) -> None:
        self.max_length = max_length

    @property
    @abstractmethod
    def is_case_sensitive(self) -> bool:
        """Whether two names that differ in case only stay two."""

    @abstractmethod
    def normalize_identifier(self, identifier: str) -> str:
        """The name for a key, not longer than `max_length`."""
        stripped = identifier.strip() if identifier is not None else identifier  # pyright: ignore[reportUnnecessaryComparison]
        if not stripped:
            message = f"`{identifier}` cannot be a name"
            raise ValueError(message)
        return stripped

    def normalize_table_identifier(self, identifier: str) -> str:
        """The name for a table, dataset or schema."""
        return self.normalize_identifier(identifier)

    def make_path(self, *identifiers: str) -> str:
        """Names joined; neither named anew nor shortened."""
        return self.PATH_SEPARATOR.join(i for i in identifiers if i.strip())

    def break_path(self, path: str) -> Sequence[str]:
        """The parts of a path."""
        return [part for part in path.split(self.PATH_SEPARATOR) if part.strip()]

    def normalize_path(self, path: str) -> str:
        """Each part of a path named, and the whole shortened."""
        parts = [self.normalize_identifier(part) for part in self.break_path(path)]
        return self.shorten_identifier(self.make_path(*parts), path, self.max_length)

    def normalize_tables_path(self, path: str) -> str:
        """Each part of a table's path named, and the whole shortened."""
        parts = [self.normalize_table_identifier(part) for part in self.break_path(path)]
        return self.shorten_identifier(self.make_path(*parts), path, self.max_length)

    def shorten_fragments(self, *normalized_idents: str) -> str:
        """Names joined to a path that is not too long."""
        path = self.make_path(*normalized_idents)
        return self.shorten_identifier(path, path, self.max_length)

    @classmethod
    def name(cls) -> str:
        """The module that it is defined in, in short."""
        return cls.__module__.removeprefix("gristmill.common.normalizers.naming.")

    def __str__(self) -> str:
        length = f"_{self.max_length}" if self.max_length else ""
        return f"{self.name()}_{'cs' if self.is_case_sensitive else 'ci'}{length}"

    @staticmethod
    def shorten_identifier(
        normalized_ident: str, identifier: str, max_length: int | None, collision_prob: float = _COLLISIONS
    ) -> str:
        """A name cut in the middle, with a tag of the whole key that tells it from others cut alike."""
        if not max_length or len(normalized_ident) <= max_length:
            return normalized_ident
        size = int(3 * math.log2(1 / collision_prob) // 8 + 1)
        digest = base64.b64encode(hashlib.shake_128(identifier.encode()).digest(size)).decode("ascii")
        tag = digest.rstrip("=").translate(str.maketrans("/+", "ab")).lower()
        room = max_length - len(tag)
        return normalized_ident[: room // 2 + room % 2] + tag + normalized_ident[len(normalized_ident) - room // 2 :]


class CoreConvention(NamingConvention):
    """A convention that the core knows, by the name of its module."""

    def normalize_identifier(self, identifier: str) -> str:
        """The name for a key."""
        from gristmill import _core

        # A convention of one's own may extend one of these.
        home = __name__.rpartition(".")[0]
        known = next(cls for cls in type(self).__mro__ if cls.__module__.startswith(f"{home}."))
        stripped = super().normalize_identifier(identifier)
        named = _core.Schema("naming", known.__module__.rpartition(".")[2]).normalize_identifier(stripped)
        return self.shorten_identifier(named, stripped, self.max_length)
