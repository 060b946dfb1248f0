"""The default convention."""

from __future__ import annotations

from gristmill.common.normalizers.naming.naming import CoreConvention


class NamingConvention(CoreConvention):
    """Words in lower case, joined by `_`."""

    @property
    def is_case_sensitive(self) -> bool:
        """Whether two names that differ in case only stay two."""
        return False
