"""`gristmill init`: projects that work as they are, and nothing that is there is lost."""

from __future__ import annotations

import ast
import json
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from gristmill.commands.init import SOURCES, files
from gristmill.commands.terminal import Terminal

from .conftest import Run


@pytest.mark.parametrize("source", SOURCES)
def test_all_that_was_promised_is_there(gristmill: Run, tmp_path: Path, source: str) -> None:
    code, out, err = gristmill("init", source, "duckdb")
    assert (code, err) == (0, "")
    made = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert made >= {
        f"pipelines/{source}_pipeline.py",
        f"tests/test_{source}_pipeline.py",
        f"models/staging/{source}/_{source}.yml",
        ".dlt/config.toml",
        ".dlt/secrets.toml",
        ".gitignore",
        ".github/workflows/pipeline.yml",
        "dbt_project.yml",
        "profiles.yml",
        "requirements.txt",
    }
    for path in made:
        assert f"created   {path}" in out
        text = (tmp_path / path).read_text()
        assert "@project@" not in text.lower()
        if path.endswith(".py"):
            ast.parse(text)
        elif path.endswith(".yml"):
            yaml.safe_load(text)
    assert stat.S_IMODE((tmp_path / ".dlt/secrets.toml").stat().st_mode) == 0o600
    # Each source's table has a staging model that reads it, with a test.
    described = yaml.safe_load((tmp_path / f"models/staging/{source}/_{source}.yml").read_text())
    read = "".join(p.read_text() for p in (tmp_path / "models" / "staging" / source).glob("*.sql"))
    for table in described["sources"][0]["tables"]:
        assert f"source('{source}_raw', '{table['name']}')" in read
    assert all(any("data_tests" in c for c in model["columns"]) for model in described["models"])


@pytest.mark.parametrize("source", SOURCES)
def test_the_projects_own_test_passes(gristmill: Run, tmp_path: Path, source: str) -> None:
    gristmill("init", source)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "DLT_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


class Api(BaseHTTPRequestHandler):
    """Two users, a post each."""

    def do_GET(self) -> None:
        users = [{"id": n, "name": f"n{n}", "email": f"{n}@example.com"} for n in (1, 2)]
        posts = [{"id": 10 + n, "userId": n, "title": "t", "body": "b"} for n in (1, 2)]
        answers: dict[str, Any] = {"/users": users, "/posts": posts}
        for post in posts:
            comment = {"id": post["id"] * 10, "email": "c@example.com", "body": "b"}
            answers[f"/posts/{post['id']}/comments"] = [comment]
        answer = answers.get(self.path)
        self.send_response(404 if answer is None else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def standing_in(source: str, project: Path) -> Iterator[dict[str, str]]:
    """What the source reads, on this machine: the variables that lead to it."""
    if source == "rest_api":
        server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield {"SOURCES__REST_API__BASE_URL": f"http://127.0.0.1:{server.server_port}/"}
        server.shutdown()
        server.server_close()
    elif source == "amazon":
        from gristmill.sources.amazon.mock import Catalog, Mock

        with Mock(Catalog.sample(23)) as mock:
            yield dict(mock.environment)
    else:
        if source == "sql_database":
            subprocess.run([sys.executable, "data/make_sample.py"], cwd=project, check=True, timeout=100)
        yield {}


@pytest.mark.parametrize("source", SOURCES)
def test_up_runs_right_after(gristmill: Run, tmp_path: Path, source: str) -> None:
    gristmill("init", source)
    models = [path.stem for path in (tmp_path / "models" / "staging" / source).glob("*.sql")]
    with standing_in(source, tmp_path) as variables:
        # The second run adds to what the first one left.
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-m", "gristmill", "up"],
                cwd=tmp_path,
                env={**os.environ, **variables},
                capture_output=True,
                text=True,
                timeout=100,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            passed = re.search(r"^tests +(\d+) passed$", done.stdout, re.MULTILINE)
            assert passed is not None and int(passed[1]) >= len(models), done.stdout
    assert (tmp_path / "target" / "index.html").exists()
    counted = {
        line.split()[0]: int(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("main.stg_")
    }
    assert set(counted) == {f"main.{model}" for model in models}
    assert all(counted.values())


@pytest.mark.parametrize("source", SOURCES)
def test_the_workflow_is_valid_and_git_keeps_no_secret(gristmill: Run, tmp_path: Path, source: str) -> None:
    gristmill("init", source)
    workflow = str(tmp_path / ".github" / "workflows" / "pipeline.yml")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", workflow]
    valid = subprocess.run(command, capture_output=True, text=True, check=False)
    assert valid.returncode == 0, valid.stdout + valid.stderr
    (tmp_path / f"{source}.duckdb").touch()

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    git("init", "--quiet")
    git("add", "--all")
    kept = git("ls-files").splitlines()
    assert ".dlt/config.toml" in kept
    assert not [path for path in kept if "secrets" in path or path.endswith(".duckdb")]


def test_again_changes_nothing(gristmill: Run, tmp_path: Path) -> None:
    gristmill("init", "filesystem")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    code, out, _ = gristmill("init", "filesystem", "-y")
    assert code == 0
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
    told = [line.split()[0] for line in out.split("\n\n")[0].splitlines()]
    assert set(told) == {"unchanged"}


def test_a_second_source_joins(gristmill: Run, tmp_path: Path) -> None:
    gristmill("init", "filesystem")
    secrets = tmp_path / ".dlt" / "secrets.toml"
    secrets.write_text("# mine\n[sources.filesystem.credentials]\naws_access_key_id = 'a'\n")
    _, out, _ = gristmill("init", "sql_database")
    assert secrets.read_text().startswith("# mine\n[sources.filesystem.credentials]\naws_access_key_id = 'a'\n")
    assert "[sources.sql_database]" in secrets.read_text()
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert "sqlalchemy>=2" in (tmp_path / "requirements.txt").read_text().splitlines()
    assert "extended  .dlt/secrets.toml" in out and "unchanged dbt_project.yml" in out


def test_what_is_there_is_kept_unless_agreed(gristmill: Run, tmp_path: Path) -> None:
    script = tmp_path / "pipelines" / "filesystem_pipeline.py"
    script.parent.mkdir()
    script.write_text("# my own\n")
    (tmp_path / ".gitignore").write_text("mine/\n")
    (tmp_path / "dbt_project.yml").write_text("name: 'shop'\nprofile: shop\n")
    _, out, _ = gristmill("init", "filesystem")
    assert script.read_text() == "# my own\n"
    assert "kept      pipelines/filesystem_pipeline.py" in out
    assert (tmp_path / ".gitignore").read_text().startswith("mine/\n/target/\n")
    assert (tmp_path / "profiles.yml").read_text().startswith("shop:\n")
    _, out, _ = gristmill("init", "filesystem", "-y")
    assert "replaced  pipelines/filesystem_pipeline.py" in out
    assert "import gristmill as dlt" in script.read_text()


def test_secrets_that_cannot_be_read_are_left_alone(gristmill: Run, tmp_path: Path) -> None:
    (tmp_path / ".dlt").mkdir()
    (tmp_path / ".dlt" / "secrets.toml").write_text("[sources\n")
    code, _, err = gristmill("init", "filesystem", "-y")
    assert code == 1 and "`.dlt/secrets.toml` cannot be read" in err
    assert (tmp_path / ".dlt" / "secrets.toml").read_text() == "[sources\n"


def test_the_wrong_name(gristmill: Run) -> None:
    code, _, err = gristmill("init", "restapi")
    assert code == 2 and "did you mean `rest_api`?" in err
    code, _, err = gristmill("init", "filesystem", "snowflake")
    assert code == 2 and "duckdb" in err
    code, out, _ = gristmill("init", "--list-sources")
    assert code == 0 and [line.split()[0] for line in out.splitlines()] == list(SOURCES)
    assert gristmill("init", "--list-destinations")[1].split()[0] == "duckdb"


def test_a_folder_with_any_name(gristmill: Run) -> None:
    del gristmill
    for project in ("shop", "p_1"):
        texts = {str(path): text for path, text in files("filesystem", project)}
        assert yaml.safe_load(texts["dbt_project.yml"])["name"] == project
        assert project in yaml.safe_load(texts["profiles.yml"])


def test_questions_at_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import io

    class Person(io.StringIO):
        def isatty(self) -> bool:
            return True

    for answer, agreed in (("y\n", True), ("Yes\n", True), ("\n", False), ("n\n", False), ("", False)):
        monkeypatch.setattr(sys, "stdin", Person(answer))
        assert Terminal().confirm("Sure?") is agreed
        assert capsys.readouterr().out == "Sure? [y/N]: "
    monkeypatch.setattr(sys, "stdin", Person("y\n"))
    assert Terminal(may_ask=False).confirm("Sure?") is False
