"""dlt's module path for projects of dbt that run beside a pipeline."""

from __future__ import annotations

from gristmill.dbt import get_venv, package

__all__ = [
    "get_venv",
    "package",
]
