"""Where configuration is looked for, as user code may set it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ConfigSectionContext:
    """Sections for `Container().injectable_context(...)`."""

    pipeline_name: str | None = None
    sections: tuple[str, ...] = ()
    source_state_key: str | None = None
