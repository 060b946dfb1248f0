"""`Wei`: amounts of a currency with eighteen digits after the point, exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

WEI_SCALE = 18
WEI_SCALE_POW = 10**WEI_SCALE


class Wei(Decimal):
    """A decimal that remembers to be one of these amounts.

    >>> Wei.from_int256(10**18 * 3 // 2)
    Wei('1.5')
    """

    @classmethod
    def from_int256(cls, value: int, decimals: int = WEI_SCALE) -> Self:
        """From the integer that a contract holds."""
        return cls(Decimal(value).scaleb(-decimals).normalize())

    def __repr__(self) -> str:
        return f"Wei('{self}')"
