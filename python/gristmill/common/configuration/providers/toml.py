"""`secrets.toml`, `config.toml`, and documents that a function loads."""

from __future__ import annotations

from gristmill.common.configuration.providers import (
    CustomLoaderDocProvider,
)

CONFIG_TOML = "config.toml"
SECRETS_TOML = "secrets.toml"

__all__ = [
    "CONFIG_TOML",
    "SECRETS_TOML",
    "CustomLoaderDocProvider",
]
