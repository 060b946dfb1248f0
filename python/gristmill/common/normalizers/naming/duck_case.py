"""Names as DuckDB takes them in quotes."""

from __future__ import annotations

from gristmill.common.normalizers.naming.naming import CoreConvention


class NamingConvention(CoreConvention):
    """All characters stay but line breaks and double quotes."""

    @property
    def is_case_sensitive(self) -> bool:
        """Whether two names that differ in case only stay two."""
        return True
