"""How a run behaves towards the outside: `[runtime]` in `config.toml`, `RUNTIME__REQUEST_TIMEOUT=30` in the environment."""

from __future__ import annotations

from typing import ClassVar

from gristmill import context
from gristmill.configuration.spec import BaseConfiguration, configspec, resolve_configuration


@configspec
class RuntimeConfiguration(BaseConfiguration):
    """Mirrors dlt's spec of this name, as far as it is about requests, and adds the limits that keep them safe.

    Times are in seconds, sizes in bytes.
    """

    __section__: ClassVar[str | None] = "runtime"

    log_level: str = "WARNING"
    request_timeout: float = 60.0
    """How long a server may stay silent, and how long connecting may take."""
    request_total_timeout: float = 600.0
    """How long one answer may take altogether, however steadily it drips."""
    request_max_attempts: int = 5
    request_backoff_factor: float = 1.0
    request_max_retry_delay: float = 300.0
    """The longest wait before a retry, also when the server asks for more."""
    request_max_body_bytes: int = 512 << 20
    """The largest answer, unpacked."""
    request_max_row_bytes: int = 64 << 20
    """The largest single record."""
    request_concurrency: int = 8
    """How many pages of one host are fetched at once, where pages do not depend on one another."""
    request_rate: float | None = None
    """How many requests a second one client sends at most."""
    http_show_error_body: bool = False
    """Whether an error shows what the server answered."""
    http_max_error_body_length: int = 8192
    http_allow_missing_data: bool = False
    """Whether a page without the data path counts as an empty page rather than as an error."""


def runtime_configuration() -> RuntimeConfiguration:
    """What is configured now."""
    with context.in_sections(context.Sections(context.active_pipeline_name())):
        return resolve_configuration(RuntimeConfiguration())
