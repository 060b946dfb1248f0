"""What people do with a pipeline on their first day."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pytest
from pydantic import BaseModel

import gristmill as dlt
from gristmill.common.libs.pydantic import DltConfig
from gristmill.exceptions import PipelineStepFailed
from gristmill.sources.filesystem import read_file


def shop() -> Any:
    return dlt.pipeline("shop", destination="duckdb", dataset_name="raw")


def test_run_from_another_folder_goes_on_in_the_same_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop().run([{"id": 1}], table_name="orders")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    shop().run([{"id": 2}], table_name="orders")
    assert shop().dataset()["orders"].df()["id"].tolist() == [1, 2]
    assert not list(Path().iterdir())


def test_a_folder_that_is_gone_is_not_clung_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "once").mkdir()
    monkeypatch.chdir(tmp_path / "once")
    shop().run([{"id": 1}], table_name="orders")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "once").rename(tmp_path / "moved")
    shop().run([{"id": 2}], table_name="orders")
    assert (tmp_path / "shop.duckdb").exists()


def test_credentials_of_a_run_count() -> None:
    shop().run([{"id": 1}], table_name="orders", credentials="other.duckdb")
    assert not Path("shop.duckdb").exists()
    with duckdb.connect("other.duckdb") as connection:
        assert connection.execute("select id from raw.orders").fetchall() == [(1,)]


def test_the_given_destination_counts_where_an_unknown_one_was_used_before(tmp_path: Path) -> None:
    shop().run([{"id": 1}], table_name="orders")
    file = tmp_path / "dlt_data" / "pipelines" / "shop" / "state.json"
    state = json.loads(file.read_text())
    file.write_text(json.dumps(state | {"destination_type": "dlt.destinations.postgres"}))
    shop().run([{"id": 2}], table_name="orders")
    assert shop().dataset()["orders"].df()["id"].tolist() == [1, 2]


def test_a_database_in_a_folder_that_is_not_there() -> None:
    pipeline = dlt.pipeline("shop", destination=dlt.destinations.duckdb("no/such/x.duckdb"), dataset_name="raw")
    with pytest.raises(PipelineStepFailed, match=r"folder `.*no/such` is not there\nhint: create that folder"):
        pipeline.run([{"id": 1}], table_name="orders")


def test_a_database_that_another_program_holds() -> None:
    hold = "import duckdb, sys; c = duckdb.connect('shop.duckdb'); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(PipelineStepFailed, match="hint: close the program that holds it") as failed:
            shop().run([{"id": 1}], table_name="orders")
        holder.communicate()
    assert failed.value.kind == "database-locked"
    shop().run([{"id": 1}], table_name="orders")
    assert shop().dataset()["orders"].df()["id"].tolist() == [1]


def test_a_place_for_pipelines_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    pipeline = dlt.pipeline("shop", destination="duckdb", pipelines_dir=str(tmp_path / "file"))
    with pytest.raises(PipelineStepFailed, match=r"hint: choose another folder with `pipelines_dir=`"):
        pipeline.run([{"id": 1}], table_name="orders")


@pytest.mark.parametrize(("path", "told"), [("", "the path of the file to read is empty"), (".", "is a folder")])
def test_a_path_that_is_no_file(path: str, told: str) -> None:
    with pytest.raises(Exception, match=told):
        read_file(path)


def test_a_model_with_its_settings() -> None:
    class Address(BaseModel):
        street: str

    class User(BaseModel):
        dlt_config: ClassVar[DltConfig] = {"skip_nested_types": True}
        id: int
        address: Address

    pipeline = shop()
    pipeline.run([{"id": 1, "address": {"street": "Elm"}}], table_name="users", columns=User)
    assert pipeline.dataset()["users"].df()["address__street"].tolist() == ["Elm"]


def test_ctrl_c_does_not_wait_for_a_thread_of_a_resource() -> None:
    script = """
        import time
        import gristmill as dlt

        @dlt.resource(parallelized=True)
        def slow():
            print("asked", flush=True)
            time.sleep(60)
            yield {"id": 1}

        dlt.pipeline("shop", destination="duckdb").run(slow())
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        begun = time.monotonic()
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=30)
    assert time.monotonic() - begun < 10
    assert told.endswith(
        "KeyboardInterrupt: pipeline `shop` was interrupted in step `extract`, and nothing of it is kept\n"
    )
    assert not Path("shop.duckdb").exists()


def test_a_quote_that_is_never_closed_loses_no_rows() -> None:
    Path("orders.csv").write_text('id,name,note\n1,a,x\n2,"b,y\n3,c,"z"\n4,d,w\n')
    with pytest.raises(
        PipelineStepFailed, match=r"goes over more than one line(.|\n)*orders.csv:3(.|\n)*close the quote"
    ):
        shop().run([read_file("orders.csv")], table_name="orders")
    Path("orders.csv").write_text('id,name,note\n1,a\n2,"b\ny",z\n')
    shop().run([read_file("orders.csv")], table_name="orders")
    assert shop().dataset()["orders"].df()["name"].tolist() == ["a", "b\ny"]
