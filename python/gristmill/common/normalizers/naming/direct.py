"""Names as they come."""

from __future__ import annotations

from typing import ClassVar

from gristmill.common.normalizers.naming.naming import CoreConvention


class NamingConvention(CoreConvention):
    """Only line breaks, quotes and the separator of paths are replaced."""

    PATH_SEPARATOR: ClassVar[str] = "▶"

    @property
    def is_case_sensitive(self) -> bool:
        """Whether two names that differ in case only stay two."""
        return True
