"""Objects of Google Cloud Storage and of Azure, read by the core from servers that check what the services check."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import gristmill as dlt
from gristmill.exceptions import DltException, PipelineStepFailed
from gristmill.sources.credentials import AzureCredentials, GcpServiceAccountCredentials
from gristmill.sources.filesystem import filesystem, read_csv, read_jsonl, read_parquet

from .cloud import ACCOUNT, ACCOUNT_KEY, Cloud, azure, google


@dataclass
class Store:
    """A store with one bucket, and how it is opened."""

    cloud: Cloud
    address: str
    credentials: Any
    kwargs: dict[str, Any] | None
    secret: str

    def files(self, folder: str = "", **options: Any) -> Any:
        """What `filesystem` finds in it."""
        return filesystem(f"{self.address}{folder}", self.credentials, kwargs=self.kwargs, **options)

    def put(self, key: str, body: bytes) -> None:
        """Store an object."""
        self.cloud.put(key, body)


@pytest.fixture(scope="session")
def key_pair() -> tuple[str, str]:
    """A service account's key, and what its tokens are verified with."""
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    public = key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@pytest.fixture(params=["gs", "az"])
def store(request: pytest.FixtureRequest, key_pair: tuple[str, str]) -> Iterator[Store]:
    """A bucket of Google's, and a container of Azure's."""
    cloud = Cloud()
    if request.param == "gs":
        private, cloud.public_key = key_pair
        account = GcpServiceAccountCredentials(
            project_id="shop", private_key=private, client_email="loader@shop.example"
        )
        with google(cloud):
            yield Store(cloud, "gs://lake", account, {"endpoint_url": cloud.address}, private.splitlines()[5])
    else:
        with azure(cloud):
            opened = AzureCredentials(
                azure_storage_account_name=ACCOUNT,
                azure_storage_account_key=ACCOUNT_KEY,
                azure_account_host=cloud.address,
            )
            yield Store(cloud, "az://lake", opened, None, ACCOUNT_KEY)


Loaded = Callable[..., list[tuple[Any, ...]]]


def test_globs_go_through_folders_and_pages_of_keys(store: Store, loaded: Loaded) -> None:
    store.cloud.page = 2
    for number in range(5):
        store.put(f"raw/{number}.jsonl", b'{"id": %d}\n' % number)
    store.put("raw/deep/er/b.jsonl.gz", gzip.compress(b'{"id": 7}\n'))
    store.put("raw/c.txt", b"no")
    store.put("other/d.jsonl", b'{"id": 9}\n')
    rows = (store.files("/raw", file_glob="**/*.jsonl*") | read_jsonl(file_column="_file")).with_name("rows")
    assert loaded(rows, "select id, _file from data.rows where id > 3 order by id") == [
        (4, "4.jsonl"),
        (7, "deep/er/b.jsonl.gz"),
    ]
    assert loaded(None, "select count(*) from data.rows") == [(6,)]
    shallow = [(item["file_url"], item["size_in_bytes"]) for item in store.files("/raw", file_glob="c*")]
    assert shallow == [(f"{store.address}/raw/c.txt", 2)]
    assert (
        next(iter(store.files("/raw", file_glob="c*")))["modification_date"].isoformat() == "2023-11-14T22:13:20+00:00"
    )


def test_an_object_is_read_in_ranges(store: Store, loaded: Loaded) -> None:
    store.put("big.csv", b"id,text\n" + b"".join(b"%d,%s\n" % (n, b"kettle " * 20) for n in range(60_000)))
    table = (store.files(file_glob="*.csv") | read_csv()).with_name("table")
    assert loaded(table, 'select count(*), sum(id) from data."table"') == [(60_000, 1_799_970_000)]
    assert len(store.cloud.ranges()) > 2


def test_parquet_is_read_where_its_rows_are(store: Store, loaded: Loaded) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"id": list(range(1000)), "name": [f"n{n}" for n in range(1000)]}), sink, 300)
    store.put("a.parquet", sink.getvalue().to_pybytes())
    files = (store.files() | read_parquet()).with_name("rows")
    assert loaded(files, "select count(*), max(name) from data.rows") == [(1000, "n999")]


@pytest.mark.parametrize(
    "key", ["a b.jsonl", "a#1.jsonl", "50%.jsonl", "a+b&c=d.jsonl", "~x [1].jsonl", "grüße/ñ.jsonl"]
)
def test_names_with_characters_of_addresses(store: Store, loaded: Loaded, key: str) -> None:
    store.put(key, b'{"id": 1}\n')
    rows = (store.files(file_glob="**/*") | read_jsonl(file_column="_file")).with_name("rows")
    assert loaded(rows, "select id, _file from data.rows") == [(1, key)]
    item = next(iter(store.files(file_glob="**/*")))
    assert item["file_url"] == f"{store.address}/{key}"
    assert item.read_bytes() == b'{"id": 1}\n'


def test_what_stands_for_a_folder_is_no_file(store: Store) -> None:
    store.put("raw/", b"")
    store.put("raw/deep/", b"")
    store.put("raw/none/", b"")
    store.put("raw/deep/a.csv", b"id\n1\n")
    store.put("raw/empty.csv", b"")
    assert [item["relative_path"] for item in store.files("/raw", file_glob="**/*")] == ["deep/a.csv", "empty.csv"]
    assert [item["relative_path"] for item in store.files("/raw", file_glob="*")] == ["empty.csv"]


def test_new_files_only_and_an_incremental_over_names(store: Store, loaded: Loaded) -> None:
    store.put("1.jsonl", b'{"id": 1}\n')

    def rows() -> Any:
        return (store.files(new_files_only=True) | read_jsonl()).with_name("rows")

    assert loaded(rows(), "select id from data.rows") == [(1,)]
    store.put("2.jsonl", b'{"id": 2}\n')
    assert loaded(rows(), "select id from data.rows order by id") == [(1,), (2,)]

    def later() -> Any:
        files = store.files(incremental=dlt.sources.incremental("file_name"))
        return (files | read_jsonl()).with_name("later")

    loaded(later(), "select 1")
    store.put("3.jsonl", b'{"id": 3}\n')
    assert loaded(later(), "select id from data.later order by id") == [(1,), (2,), (3,)]


def test_a_server_in_trouble_is_asked_again(store: Store, loaded: Loaded) -> None:
    store.put("a.jsonl", b'{"id": 1}\n')
    store.cloud.broken = [503]
    rows = (store.files() | read_jsonl()).with_name("rows")
    assert loaded(rows, "select id from data.rows") == [(1,)]


@pytest.mark.fault
def test_a_bucket_that_is_not_there_is_named(store: Store) -> None:
    store.address = store.address.replace("lake", "nowhere")
    with pytest.raises(DltException, match=f"there is no bucket `{store.address}`"):
        list(store.files("/raw"))


@pytest.mark.fault
def test_an_object_that_changes_after_it_was_listed_is_refused(store: Store) -> None:
    store.put("a.jsonl", b'{"id": 1}\n')

    @dlt.transformer
    def change(items: Any) -> Any:
        store.put("a.jsonl", b'{"id": 1, "more": true}\n')
        yield items

    with pytest.raises(PipelineStepFailed, match="changed while it was read"):
        dlt.pipeline("files", destination="duckdb").run((store.files() | change | read_jsonl()).with_name("rows"))


@pytest.mark.fault
def test_who_may_not_read_is_told_and_no_secret_is(
    store: Store, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    store.put("a.jsonl", b'{"id": 1}\n')
    store.cloud.broken = [403]
    with pytest.raises(DltException, match=f"does not let these credentials read `{store.address}/raw`") as caught:
        list(store.files("/raw"))
    told = capfd.readouterr()
    for text in (str(caught.value), repr(store.credentials), str(store.credentials), caplog.text, told.out, told.err):
        assert store.secret not in text
        assert "Bearer" not in text and "SharedKey" not in text


def test_a_public_bucket_of_google_needs_no_credentials() -> None:
    with google(Cloud()) as cloud:
        cloud.put("a.txt", b"one")
        arguments = {"token": "anon", "endpoint_url": cloud.address}
        assert [item["file_name"] for item in filesystem("gs://lake", kwargs=arguments)] == ["a.txt"]


def test_the_variable_of_googles_emulator_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    with google(Cloud()) as cloud:
        cloud.put("a.txt", b"one")
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", cloud.address)
        assert [item["file_name"] for item in filesystem("gs://lake", kwargs={"token": "anon"})] == ["a.txt"]


def test_credentials_of_azure_come_from_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    with azure(Cloud()) as cloud:
        cloud.put("in/a.txt", b"one")
        given = {"NAME": ACCOUNT, "KEY": ACCOUNT_KEY}
        for name, value in given.items():
            monkeypatch.setenv(f"SOURCES__FILESYSTEM__CREDENTIALS__AZURE_STORAGE_ACCOUNT_{name}", value)
        monkeypatch.setenv("SOURCES__FILESYSTEM__CREDENTIALS__AZURE_ACCOUNT_HOST", cloud.address)
        monkeypatch.setenv("SOURCES__FILESYSTEM__BUCKET_URL", "az://lake/in")
        assert [item["file_name"] for item in filesystem()] == ["a.txt"]


def test_a_service_account_comes_as_googles_own_file(
    key_pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = key_pair
    import json

    file = {"type": "service_account", "project_id": "shop", "private_key": private}
    file |= {"client_email": "loader@shop.example", "private_key_id": "k", "token_uri": "https://nowhere.invalid"}
    monkeypatch.setenv("SOURCES__FILESYSTEM__CREDENTIALS", json.dumps(file))
    with google(Cloud(public_key=public)) as cloud:
        cloud.put("a.txt", b"one")
        found = filesystem("gs://lake", kwargs={"endpoint_url": cloud.address})
        assert [item["file_name"] for item in found] == ["a.txt"]


@pytest.mark.parametrize(
    ("address", "credentials", "said"),
    [
        (
            "az://lake",
            {"azure_storage_account_name": "shop", "azure_storage_account_key": "not-to-be-seen"},
            "`az://lake` cannot be opened with these credentials",
        ),
        ("az://lake", None, "Account must be specified"),
        (
            "gs://lake",
            {"project_id": "p", "client_email": "a@b", "private_key": "not-to-be-seen"},
            "`gs://lake` cannot be opened with these credentials",
        ),
        ("foo://lake", None, "no file system opens addresses that begin with `foo://`"),
    ],
)
def test_credentials_that_open_nothing_are_told_and_not_shown(address: str, credentials: Any, said: str) -> None:
    with pytest.raises(DltException, match=said) as caught:
        list(filesystem(address, credentials))
    assert "not-to-be-seen" not in str(caught.value)


@pytest.mark.fault
def test_a_key_that_the_core_cannot_name_is_told_with_a_way_around(store: Store) -> None:
    store.put("raw//a.jsonl", b"{}")
    with pytest.raises(DltException, match=r"cannot be listed: .*`?raw//.*\nhint: pass a file system of fsspec"):
        list(store.files("/raw"))
