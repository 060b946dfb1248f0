"""Ids of rows."""

from __future__ import annotations

from gristmill.common.utils import uniq_id_base64

__all__ = ["DLT_ID_LENGTH_BYTES", "generate_dlt_id", "generate_dlt_ids"]

DLT_ID_LENGTH_BYTES = 10


def generate_dlt_id() -> str:
    """A random id as in `_dlt_id`: 14 characters.

    >>> len(generate_dlt_id())
    14
    """
    return uniq_id_base64(DLT_ID_LENGTH_BYTES)


def generate_dlt_ids(n_ids: int) -> list[str]:
    """As many of them."""
    return [generate_dlt_id() for _ in range(n_ids)]
