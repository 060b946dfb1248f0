"""Runs that are interrupted, killed, side by side, or find broken files and a locked database."""

from __future__ import annotations

import _thread
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from gristmill.dbt import EventMsg, dbtRunner, dbtRunnerResult

from .conftest import PROFILE, PROJECT, Make, Project

SLOW = "select sum(hash(x.range + y.range) % 7) as n from range(100000000) x, range(100000) y"
# What takes forever the first time and no time once a file is there.
MODELS = {
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}}",
    "models/a.sql": "{{ config(materialized='incremental') }} select 1 as id",
    "models/b.sql": "{{ config(materialized='table') }} -- {{ ref('a') }}\n"
    "{% if var('slow', true) %}" + SLOW + "{% else %}select 1 as n{% endif %}",
    "models/c.sql": "select * from {{ ref('b') }}",
}


def start(shop: Project, *args: str) -> subprocess.Popen[str]:
    """Begin a command, and come back when `b` runs."""
    command = [
        sys.executable,
        "-m",
        "gristmill",
        *args,
        "--project-dir",
        str(shop.root),
        "--profiles-dir",
        str(shop.root),
    ]
    ran = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert ran.stdout is not None
    for line in ran.stdout:
        if "START sql" in line and "main.b" in line:
            return ran
    raise AssertionError(ran.wait())


def results(shop: Project) -> dict[str, str]:
    document = json.loads((shop.root / "target/run_results.json").read_text("utf-8"))
    return {result["unique_id"].rpartition(".")[2]: result["status"] for result in document["results"]}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_tells_what_was_done(project: Make, sent: signal.Signals) -> None:
    shop = project(MODELS)
    with start(shop, "build") as ran:
        ran.send_signal(sent)
        told = ran.communicate(timeout=20)[0]
    assert ran.returncode == 2
    assert "Exited because of keyboard interrupt" in told
    assert "Done. PASS=1 WARN=0 ERROR=0 SKIP=2" in told
    assert results(shop) == {"a": "success", "b": "skipped", "c": "skipped"}
    # What was not done is done by a retry.
    assert shop.statuses("retry", "--vars", "{slow: false}") == {"b": "success", "c": "success"}


@pytest.fixture
def heard() -> Iterator[None]:
    """Python's own handler: what runs in the background of a shell starts with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_in_the_runner(project: Make) -> None:
    shop = project(MODELS)

    def interrupt(event: EventMsg) -> None:
        if event.info.name == "NodeExecuting" and event.data.node_info.node_name == "b":
            _thread.interrupt_main()

    ended = shop.invoke("run", callbacks=[interrupt])
    assert not ended.success
    assert isinstance(ended.exception, KeyboardInterrupt)
    assert results(shop) == {"a": "success", "b": "skipped", "c": "skipped"}
    # The process goes on, and so do later invocations in it.
    assert shop.invoke("run", "--vars", "{slow: false}").success


def test_a_run_that_is_killed_leaves_nothing_half_done(project: Make) -> None:
    shop = project(MODELS)
    assert shop.invoke("run", "-s", "a").success
    with start(shop, "build") as ran:
        ran.kill()
    names = "select table_name from information_schema.tables order by 1"
    assert shop.rows(names) == [("a",)]
    before = shop.rows("select count(*) from a")
    assert shop.invoke("build", "--vars", "{slow: false}").success
    assert shop.rows(names) == [("a",), ("b",), ("c",)]
    # The increment of the run that was killed is there once, as is that of the next.
    assert (before, shop.rows("select count(*) from a")) == ([(2,)], [(3,)])


@pytest.mark.parametrize("text", ["", "{", '{"results": 3}', "\x00\xff"], ids=["empty", "cut", "odd", "noise"])
def test_broken_artifacts_heal_or_are_named(project: Make, text: str) -> None:
    shop = project({"models/a.sql": "select 1 as id"})
    names = ["manifest.json", "run_results.json", "catalog.json", "partial_parse.msgpack", "graph.gpickle"]
    shop.add({f"target/{name}": text for name in names})
    failed = shop.invoke("retry")
    assert not failed.success
    assert "run_results.json" in str(failed.exception)
    state = shop.invoke("ls", "-s", "state:modified", "--state", str(shop.root / "target"))
    assert not state.success
    assert "manifest.json" in str(state.exception)
    assert shop.invoke("build").success
    assert shop.invoke("docs", "generate").success
    assert results(shop) == {"a": "success"}
    assert "nodes" in json.loads((shop.root / "target/manifest.json").read_text("utf-8"))


def test_a_locked_database_names_who_holds_it(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id"})
    hold = (
        f"import duckdb; held = duckdb.connect({str(shop.root / 'shop.duckdb')!r}); print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        ended = shop.invoke("run")
        other.communicate("\n", timeout=20)
    assert not ended.success
    told = str(ended.exception or ended.result[0].message)
    [line] = [line for line in told.splitlines() if str(other.pid) in line]
    assert "shop.duckdb" in line


def test_two_commands_at_once_leave_whole_artifacts(project: Make) -> None:
    shop = project({f"models/m{number}.sql": "select 1 as id" for number in range(100)})
    command = [
        sys.executable,
        "-m",
        "gristmill",
        "compile",
        "--project-dir",
        str(shop.root),
        "--profiles-dir",
        str(shop.root),
    ]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    for ran in both:
        while ran.poll() is None:
            for name in ("manifest.json", "run_results.json"):
                path = shop.root / "target" / name
                if path.is_file():
                    json.loads(path.read_text("utf-8"))
    assert [ran.returncode for ran in both] == [0, 0, 0]
    assert len(results(shop)) == 100
    assert not [path.name for path in (shop.root / "target").iterdir() if path.suffix in {".tmp", ".part"}]


def test_threads_share_nothing(tmp_path: Path) -> None:
    """Different projects, and one project several times, from threads of one process."""
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        files = {
            "dbt_project.yml": PROJECT,
            "profiles.yml": PROFILE,
            "models/a.sql": "{{ config(materialized='table') }} select '{{ var('who') }}' as who",
        }
        Project(folder).add(files)
    told: dict[str, set[str]] = {folder.name: set() for folder in folders}
    ended: list[tuple[str, dbtRunnerResult]] = []

    def run(folder: Path) -> None:
        def listen(event: EventMsg) -> None:
            if event.info.name == "CommandCompleted":
                told[folder.name].add(event.data.command.partition("--vars ")[2].split(" --")[0])

        where = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
        ended.append(
            (folder.name, dbtRunner(callbacks=[listen]).invoke(["run", "--vars", f"{{who: {folder.name}}}", *where]))
        )

    before = (dict(os.environ), Path.cwd(), signal.getsignal(signal.SIGINT))
    threads = [threading.Thread(target=run, args=(folder,)) for folder in [*folders, folders[0], folders[0]]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [name for name, result in ended if not result.success] == []
    assert len(ended) == 5
    assert told == {folder.name: {f"{{who: {folder.name}}}"} for folder in folders}
    assert (dict(os.environ), Path.cwd(), signal.getsignal(signal.SIGINT)) == before
    for folder in folders:
        with duckdb.connect(str(folder / "shop.duckdb")) as connection:
            assert connection.execute("select who from a").fetchall() == [(folder.name,)]
        assert json.loads((folder / "target/run_results.json").read_text("utf-8"))["args"]["vars"] == {
            "who": folder.name
        }


def test_what_each_command_gives_back(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": "select 1 as id",
            "macros/m.sql": "{% macro m(n) %}{{ return(n) }}{% endmacro %}",
            "seeds/s.csv": "id\n1\n",
        }
    )
    expected = [
        (["build"], "RunExecutionResult"),
        (["run"], "RunExecutionResult"),
        (["seed"], "RunExecutionResult"),
        (["snapshot"], "RunExecutionResult"),
        (["test"], "RunExecutionResult"),
        (["compile"], "RunExecutionResult"),
        (["run-operation", "m", "--args", "{n: 1}"], "RunResultsArtifact"),
        (["show", "--inline", "select 1"], "RunExecutionResult"),
        (["ls"], "list"),
        (["parse"], "Manifest"),
        (["docs", "generate"], "CatalogArtifact"),
        (["debug"], "bool"),
        (["deps"], "NoneType"),
        (["clean"], "NoneType"),
    ]
    for command, kind in expected:
        ended = shop.invoke(*command)
        assert (ended.success, ended.exception) == (True, None), command
        assert type(ended.result).__name__ == kind, command


def test_it_answers_to_the_name_of_dbt(project: Make, tmp_path: Path) -> None:
    shop = project({"models/a.sql": "select 1 as id"})
    installed = Path(sys.executable).with_name("gristmill")
    linked = tmp_path / "bin" / "dbt"
    linked.parent.mkdir()
    if installed.is_file():
        linked.symlink_to(installed)
    else:
        linked.write_text(
            f"#!{sys.executable}\nimport sys\nfrom gristmill.__main__ import main\nsys.exit(main())\n", "utf-8"
        )
        linked.chmod(0o755)
    where = ["--project-dir", str(shop.root), "--profiles-dir", str(shop.root)]
    ran = subprocess.run([str(linked), "run", *where], capture_output=True, text=True, check=True)
    assert "1 of 1 OK created sql view model main.a" in ran.stdout
    version = subprocess.run([str(linked), "--version"], capture_output=True, text=True, check=True).stdout
    assert version.splitlines()[:2] == ["Core:", "  - installed: 1.11.16"]
