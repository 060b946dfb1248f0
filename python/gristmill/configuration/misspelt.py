"""Settings of ours in the toml files that are called almost as one is: told once, where it is sure.

Sections of sources, pipelines and destinations hold what their authors like, so only those whose keys are ours are
looked at, and in them only keys that nothing is called by and that one letter or two part from a setting.
"""

from __future__ import annotations

import difflib
import logging
from typing import TYPE_CHECKING, Any, cast

from gristmill.configuration import providers

if TYPE_CHECKING:
    from collections.abc import Iterator

ALIKE = 0.85
_WRITER = {"buffer_max_items", "file_max_items", "file_max_bytes", "disable_compression"}
_POOL = {"workers", "pool_type", "start_method", "run_sleep"}
_OWN_COLUMNS = {"add_dlt_load_id", "add_dlt_id"}
_HTTP = {
    "http_show_error_body",
    "http_max_error_body_length",
    "http_allow_missing_data",
    "request_timeout",
    "request_max_attempts",
    "request_backoff_factor",
    "request_max_retry_delay",
    "request_concurrency",
    "request_max_body_bytes",
    "request_max_row_bytes",
    "request_total_timeout",
}

SETTINGS: dict[tuple[str, ...], set[str]] = {
    ("runtime",): {
        "pipeline_name",
        "dlthub_dsn",
        "run_id",
        "log_level",
        "log_format",
        "sentry_dsn",
        "slack_incoming_hook",
        "dlthub_telemetry",
        "dlthub_telemetry_endpoint",
        "dlthub_telemetry_segment_write_key",
        "config_files_storage_path",
        *_HTTP,
    },
    ("extract",): {"workers", "max_parallel_items", "next_item_mode", "futures_poll_interval", "data_writer"},
    ("normalize",): {
        *_POOL,
        "lossy",
        "data_writer",
        "json_normalizer",
        "parquet_normalizer",
        "model_normalizer",
    },
    ("normalize", "parquet_normalizer"): _OWN_COLUMNS,
    ("normalize", "model_normalizer"): _OWN_COLUMNS,
    ("load",): {
        *_POOL,
        "start_new_jobs_on_signal",
        "auto_abort_on_terminal_error",
        "parallelism_strategy",
        "raise_on_failed_jobs",
        "raise_on_max_retries",
        "truncate_staging_dataset",
        "delete_completed_jobs",
    },
    ("schema",): {
        "naming",
        "json_normalizer",
        "allow_identifier_change_on_table_with_data",
        "use_break_path_on_normalize",
    },
    ("data_writer",): _WRITER,
    ("extract", "data_writer"): _WRITER,
    ("normalize", "data_writer"): _WRITER,
    ("load", "data_writer"): _WRITER,
}
"""The keys of each section that is ours alone, dlt's and gristmill's."""

_told: set[tuple[str, ...]] = set()


def warn_of_misspelt_settings(pipeline_name: str) -> None:
    """Warn of each key that is set and means nothing, with the one that was meant; once for each."""
    for provider in (providers.secrets_toml, providers.config_toml):
        for path, meant in misspelt(provider.document()):
            # A pipeline may be called like a section, and its own settings stand in it.
            if pipeline_name not in path and path not in _told:
                _told.add(path)
                logging.getLogger("gristmill").warning(
                    "`%s` in %s is no setting and changes nothing; did you mean `%s`?",
                    ".".join(path),
                    provider.name,
                    ".".join(meant),
                )


def misspelt(document: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The paths of such keys, each with that of the setting that was meant.

    >>> list(misspelt({"normalize": {"wokers": 3, "mine": 1}, "sources": {"wokers": 3}}))
    [(('normalize', 'wokers'), ('normalize', 'workers'))]
    """
    for section, settings in SETTINGS.items():
        table: Any = document
        for name in section:
            table = cast("dict[str, Any]", table).get(name) if isinstance(table, dict) else None
        for key in cast("dict[str, Any]", table) if isinstance(table, dict) else ():
            if key not in settings and (near := difflib.get_close_matches(key, settings, 1, ALIKE)):
                yield (*section, key), (*section, near[0])
    # The name of a section: only where all that stands in it would be a setting there.
    sections = {section[0] for section in SETTINGS}
    for name, table in document.items():
        if name in sections or not isinstance(table, dict) or not table:
            continue
        for near in difflib.get_close_matches(name, sections, 1, ALIKE):
            if set(cast("dict[str, Any]", table)) <= SETTINGS[near,]:
                yield (name,), (near,)
