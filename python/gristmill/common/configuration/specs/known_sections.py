"""The outermost sections of the configuration."""

from __future__ import annotations

DASHBOARD = "dashboard"
DATASETS = "datasets"
DATA_WRITER = "data_writer"
DESTINATION = "destination"
EXTRACT = "extract"
LOAD = "load"
NORMALIZE = "normalize"
PIPELINES = "pipelines"
PROVIDERS = "providers"
SCHEMA = "schema"
SOURCES = "sources"
WORKSPACE = "workspace"
