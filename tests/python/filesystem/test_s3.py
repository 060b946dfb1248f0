"""Objects of a store that speaks S3, read by the core."""

from __future__ import annotations

import gzip
import sys

import pytest

import gristmill as dlt
from gristmill.exceptions import DltException, PipelineStepFailed
from gristmill.sources.credentials import AwsCredentials
from gristmill.sources.filesystem import filesystem, read_csv, read_jsonl, read_parquet

from .conftest import KEYS


@pytest.fixture
def opened(s3_server):
    return AwsCredentials(**KEYS, endpoint_url=s3_server)


def test_globs_go_through_folders_and_the_core_reads(bucket, opened, loaded) -> None:
    address, put = bucket
    put("raw/a.jsonl", b'{"id": 1}\n')
    put("raw/deep/er/b.jsonl.gz", gzip.compress(b'{"id": 2}\n'))
    put("raw/c.txt", b"no")
    put("other/d.jsonl", b'{"id": 9}\n')
    files = filesystem(f"{address}/raw", opened, file_glob="**/*.jsonl*") | read_jsonl(file_column="_file")
    assert loaded(files.with_name("rows"), "select id, _file from data.rows order by id") == [
        (1, "a.jsonl"),
        (2, "deep/er/b.jsonl.gz"),
    ]
    shallow = list(filesystem(f"{address}/raw", opened, file_glob="*"))
    assert [item["file_url"] for item in shallow] == ["s3://lake/raw/a.jsonl", "s3://lake/raw/c.txt"]


def test_an_object_is_read_in_pieces(bucket, opened, loaded) -> None:
    address, put = bucket
    line = b'{"id": %d, "text": "' + b"kettle " * 20 + b'"}\n'
    body = b"".join(line % number for number in range(60_000))
    assert len(body) > 9_000_000
    put("big.jsonl", body)
    put("big.csv", b"id,text\n" + b"".join(b"%d,%s\n" % (n, b"kettle " * 20) for n in range(60_000)))
    lines = (filesystem(address, opened, file_glob="*.jsonl") | read_jsonl()).with_name("rows")
    assert loaded(lines, "select count(*), sum(id) from data.rows") == [(60_000, 1_799_970_000)]
    table = (filesystem(address, opened, file_glob="*.csv") | read_csv()).with_name("table")
    assert loaded(table, 'select count(*), sum(id) from data."table"') == [(60_000, 1_799_970_000)]


def test_many_small_objects_come_in_order(bucket, opened, loaded) -> None:
    address, put = bucket
    for number in range(40):
        put(f"{number:02}.jsonl", b'{"id": %d}\n' % number)
    files = (filesystem(address, opened, files_per_page=15) | read_jsonl()).with_name("rows")
    assert loaded(files, "select list(id order by rowid) from data.rows") == [(list(range(40)),)]


def test_parquet_is_read_where_its_rows_are(bucket, opened, loaded) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    address, put = bucket
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table({"id": list(range(1000)), "name": [f"n{n}" for n in range(1000)]}), sink, row_group_size=300
    )
    put("a.parquet", sink.getvalue().to_pybytes())
    files = (filesystem(address, opened) | read_parquet()).with_name("rows")
    assert loaded(files, "select count(*), max(name) from data.rows") == [(1000, "n999")]


def test_transformers_open_objects_without_fsspec(bucket, opened, monkeypatch) -> None:
    address, put = bucket
    put("a.txt", b"one\ntwo\n")
    put("b.txt.gz", gzip.compress(b"three\n"))
    monkeypatch.setitem(sys.modules, "s3fs", None)

    @dlt.transformer
    def lines(items):
        for item in items:
            with item.open("rt") as stream:
                yield from ({"file": item["file_name"], "line": line.strip()} for line in stream)
            assert len(item.read_bytes()) == item["size_in_bytes"]

    assert [(row["file"], row["line"]) for row in filesystem(address, opened) | lines] == [
        ("a.txt", "one"),
        ("a.txt", "two"),
        ("b.txt.gz", "three"),
    ]


def test_a_file_system_of_fsspec_is_as_good(bucket, s3_server, loaded) -> None:
    s3fs = pytest.importorskip("s3fs")
    address, put = bucket
    put("raw/a.jsonl", b'{"id": 1}\n')
    put("raw/b.csv", b"id;name\n7;x\n")
    opened = s3fs.S3FileSystem(
        key="id", secret="s", client_kwargs={"endpoint_url": s3_server, "region_name": "eu-west-1"}
    )
    files = (filesystem(f"{address}/raw", opened, file_glob="*.jsonl") | read_jsonl()).with_name("rows")
    assert loaded(files, "select id from data.rows") == [(1,)]
    table = (filesystem(f"{address}/raw", opened, file_glob="*.csv") | read_csv()).with_name("table")
    assert loaded(table, 'select id, name from data."table"') == [(7, "x")]
    item = next(iter(filesystem(f"{address}/raw", opened)))
    assert item.fsspec is opened
    assert item.filesystem.exists(item["file_url"])


def test_the_file_system_of_an_object_is_made_when_asked_for(bucket, opened) -> None:
    pytest.importorskip("s3fs")
    address, put = bucket
    put("a.txt", b"one")
    item = next(iter(filesystem(address, opened)))
    assert item.fsspec.cat(item["file_url"]) == b"one"


def test_credentials_come_from_configuration(bucket, s3_server, monkeypatch) -> None:
    address, put = bucket
    put("a.txt", b"one")
    for name, value in {**KEYS, "endpoint_url": s3_server}.items():
        monkeypatch.setenv(f"SOURCES__FILESYSTEM__CREDENTIALS__{name.upper()}", value)
    monkeypatch.setenv("SOURCES__FILESYSTEM__BUCKET_URL", address)
    assert [item["file_name"] for item in filesystem()] == ["a.txt"]


def test_credentials_come_from_the_environment_or_a_dict(bucket, s3_server, monkeypatch) -> None:
    address, put = bucket
    put("a.txt", b"one")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    arguments = {"endpoint_url": s3_server, "region_name": "eu-west-1"}
    assert [i["file_name"] for i in filesystem(address, client_kwargs=arguments)] == ["a.txt"]
    given = {**KEYS, "endpoint_url": s3_server}
    assert [i["file_name"] for i in filesystem(address, credentials=given)] == ["a.txt"]


def test_a_bucket_that_is_not_there_is_named_and_no_secret_is(opened) -> None:
    with pytest.raises(DltException, match="there is no bucket `s3://nowhere`") as caught:
        list(filesystem("s3://nowhere/raw", opened))
    assert "not-to-be-seen" not in str(caught.value)


def test_an_object_that_changes_after_it_was_listed_is_refused(bucket, opened) -> None:
    address, put = bucket
    put("a.jsonl", b'{"id": 1}\n')

    @dlt.transformer
    def change(items):
        put("a.jsonl", b'{"id": 1, "more": true}\n')
        yield items

    with pytest.raises(PipelineStepFailed, match="changed while it was read"):
        dlt.pipeline("files", destination="duckdb").run(
            (filesystem(address, opened) | change | read_jsonl()).with_name("rows")
        )


def test_a_store_out_of_reach_is_named(monkeypatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    opened = AwsCredentials(**KEYS, endpoint_url="http://127.0.0.1:9")
    with pytest.raises(DltException, match="`s3://lake` cannot be read") as caught:
        list(filesystem("s3://lake", opened))
    assert "not-to-be-seen" not in str(caught.value)
