"""The library that does harm, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import shim


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled library; tests that need it are skipped where it cannot be."""
    if not shim.AVAILABLE:
        pytest.skip("needs Linux and a C compiler")
    return shim.built(tmp_path_factory.mktemp("shim"))
