"""Bytes that are shown, and written into text columns, as their hex digits."""

from __future__ import annotations

from typing import Self, SupportsIndex

__all__ = ["HexBytes"]


class HexBytes(bytes):
    """Bytes of bytes, of a text of hex digits with or without `0x`, of a number or a boolean.

    >>> HexBytes("0x2a"), HexBytes(42).hex(), HexBytes(b"*") == b"*"
    (HexBytes('0x2a'), '0x2a', True)
    """

    def __new__(cls, val: bytes | bytearray | memoryview | str | int) -> Self:
        """Raises `ValueError` for a text that is no hex digits and for a number below zero."""
        return super().__new__(cls, _bytes_of(val))

    def hex(self, sep: str | bytes | None = None, bytes_per_sep: SupportsIndex = 1) -> str:
        """The digits after `0x`, with `sep` between groups of `bytes_per_sep` bytes."""
        return "0x" + (super().hex() if sep is None else super().hex(sep, bytes_per_sep))

    @classmethod
    def fromhex(cls, hexstr: str) -> Self:
        """Of a text of hex digits."""
        return cls(hexstr)

    def __repr__(self) -> str:
        return f"HexBytes({self.hex()!r})"


def _bytes_of(val: bytes | bytearray | memoryview | str | int) -> bytes:
    if isinstance(val, str):
        digits = val[2:] if val[:2] in ("0x", "0X") else val
        return bytes.fromhex("0" * (len(digits) % 2) + digits)
    if isinstance(val, int):
        if val < 0:
            message = f"{val} is below zero, which no bytes stand for"
            raise ValueError(message)
        return val.to_bytes(max(1, (val.bit_length() + 7) // 8), "big")
    return bytes(val)
