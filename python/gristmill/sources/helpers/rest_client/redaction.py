"""Redaction of URLs, under dlt's path."""

from __future__ import annotations

from gristmill.sources.helpers.requests.redaction import SENSITIVE_PARAMS, redacted, sanitize_url

__all__ = ["SENSITIVE_PARAMS", "redacted", "sanitize_url"]
