"""Names for SQL that keep their case."""

from __future__ import annotations

from gristmill.common.normalizers.naming.naming import CoreConvention


class NamingConvention(CoreConvention):
    """Letters, digits and `_`, in the case they came in."""

    @property
    def is_case_sensitive(self) -> bool:
        """Whether two names that differ in case only stay two."""
        return True
