"""A folder of its own for each test, and a store that speaks S3."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

import gristmill as dlt

KEYS = {"aws_access_key_id": "id", "aws_secret_access_key": "not-to-be-seen", "region_name": "eu-west-1"}


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder of one's own, with no configuration around."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "dlt"))
    for name in [n for n in os.environ if n.startswith(("AWS_", "SOURCES__"))]:
        monkeypatch.delenv(name)
    Path("in").mkdir()


@pytest.fixture
def loaded() -> Callable[..., list[tuple[Any, ...]]]:
    """Run a resource if there is one, and ask the tables something."""

    def run(resource: Any, sql: str, **options: Any) -> list[tuple[Any, ...]]:
        if resource is not None:
            dlt.pipeline("files", destination="duckdb", dataset_name="data").run(resource, **options)
        connection = duckdb.connect("files.duckdb", read_only=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    return run


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that speaks S3, on this machine."""
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str) -> Iterator[tuple[str, Callable[[str, bytes], None]]]:
    """A bucket's address, and a function that puts an object into it."""
    import boto3

    client = boto3.client("s3", endpoint_url=s3_server, **KEYS)
    client.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield "s3://lake", lambda key, body: client.put_object(Bucket="lake", Key=key, Body=body)
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="lake"):
        for item in page.get("Contents", ()):
            client.delete_object(Bucket="lake", Key=item["Key"])
    client.delete_bucket(Bucket="lake")
