"""Groups of configured values."""

from __future__ import annotations

from typing import Any

from gristmill.configuration import BaseConfiguration, CredentialsConfiguration, configspec
from gristmill.configuration.coerce import bare
from gristmill.configuration.coerce import is_secret as is_secret_hint


def extract_inner_hint(
    hint: Any, preserve_new_types: bool = False, preserve_literal: bool = False, preserve_annotated: bool = False
) -> Any:
    """The type within `Optional`, `Annotated` and their like.

    >>> extract_inner_hint(int | None)
    <class 'int'>
    """
    del preserve_new_types, preserve_literal, preserve_annotated
    return bare(hint)


def is_base_configuration_inner_hint(inner_hint: Any) -> bool:
    """Whether it is a group of configured values."""
    return isinstance(inner_hint, type) and issubclass(inner_hint, BaseConfiguration)


def is_credentials_inner_hint(inner_hint: Any) -> bool:
    """Whether it is a group of credentials."""
    return isinstance(inner_hint, type) and issubclass(inner_hint, CredentialsConfiguration)


__all__ = [
    "BaseConfiguration",
    "CredentialsConfiguration",
    "configspec",
    "extract_inner_hint",
    "is_base_configuration_inner_hint",
    "is_credentials_inner_hint",
    "is_secret_hint",
]
