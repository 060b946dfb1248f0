"""The documentation page in a real browser: headless Chromium, wherever it is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FIXTURES = Path(__file__).parents[2] / "fixtures" / "docs"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the fixture's artifacts, written to a file."""
    from gristmill import _core

    texts = [(FIXTURES / f"{name}.json").read_text("utf-8") for name in ("manifest", "catalog", "run_results")]
    path = tmp_path_factory.mktemp("docs") / "index.html"
    path.write_text(_core.docs_page(*texts), "utf-8")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser that may not speak to anybody; the tests are skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.skip("no Chromium on PATH")
    quiet = (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=[f"--{flag}" for flag in quiet])
        yield launched
        launched.close()
