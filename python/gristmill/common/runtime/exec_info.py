"""Where this process runs: a notebook, a container, a scheduler's task, a pipeline of continuous integration."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path


def is_notebook() -> bool:
    """Whether IPython runs here in a notebook."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def is_docker() -> bool:
    """Whether it is a container of docker's."""
    return Path("/.dockerenv").exists()


def is_codespaces() -> bool:
    """Whether it is a codespace of GitHub's."""
    return "CODESPACES" in os.environ


def is_github_actions() -> bool:
    """Whether it is a step of GitHub Actions."""
    return "GITHUB_ACTIONS" in os.environ


def in_continuous_integration() -> bool:
    """Whether it is a job of continuous integration."""
    return "CI" in os.environ


def is_aws_lambda() -> bool:
    """Whether it is a function of AWS Lambda."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ


def is_gcp_cloud_function() -> bool:
    """Whether it is a cloud function of Google's."""
    return "FUNCTION_NAME" in os.environ


def is_airflow_installed() -> bool:
    """Whether Airflow can be imported."""
    return importlib.util.find_spec("airflow") is not None


def is_running_in_airflow_task() -> bool:
    """Whether it is a task of Airflow's."""
    return "AIRFLOW_CTX_TASK_ID" in os.environ or "AIRFLOW_CTX_DAG_ID" in os.environ


def platform_supports_threading() -> bool:
    """Whether threads can be started."""
    return sys.platform != "emscripten"
