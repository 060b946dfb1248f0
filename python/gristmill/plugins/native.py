"""`native`: a plugin that adds nothing, for profiles that list it."""

from __future__ import annotations

from gristmill.plugins import BasePlugin


class Plugin(BasePlugin):
    """Reads nothing and stores nothing."""
