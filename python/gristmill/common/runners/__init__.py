"""Environments that other programs run in."""

from __future__ import annotations

from gristmill.common.runners.venv import Venv

__all__ = ["Venv"]
