"""No secret comes out: not in texts, logs, files, traces or tracebacks."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

import pytest

import gristmill as dlt
from gristmill.exceptions import ConfigFieldMissingException
from gristmill.sources.credentials import (
    AwsCredentials,
    AzureCredentials,
    ConnectionStringCredentials,
    GcpServiceAccountCredentials,
    OAuth2Credentials,
)
from gristmill.sources.filesystem import filesystem

CANARY = "canary-5ecret"


@dlt.resource
def orders(key: str = dlt.secrets.value, database: ConnectionStringCredentials = dlt.secrets.value) -> Any:
    assert key == CANARY
    assert database.password == CANARY
    yield {"id": 1}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEY", "DATABASE"):
        value = CANARY if name == "KEY" else f"postgres://u:{CANARY}@host/db"
        monkeypatch.setenv(f"SOURCES__TEST_SECRETS__ORDERS__{name}", value)


def test_nothing_that_a_run_leaves_holds_a_secret(
    secrets: None, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="data")
    info = pipeline.run(orders())
    pipeline.extract(orders())
    told = [
        repr(pipeline),
        str(info),
        repr(info),
        str(info.asdict()),
        str(pipeline.last_trace),
        repr(pipeline.last_trace),
    ]
    told += [repr(pipeline.state), repr(dlt.secrets), repr(orders()), repr(pipeline.destination), caplog.text]
    out, err = capfd.readouterr()
    assert CANARY not in "".join([*told, out, err])
    files = [path for path in Path(pipeline.working_dir).rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]


def test_a_value_of_the_wrong_type_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__TEST_SECRETS__PORTS__PORT", CANARY)

    @dlt.resource
    def ports(port: int = dlt.secrets.value) -> Any:
        yield {"id": port}

    with pytest.raises(Exception, match="port") as caught:
        dlt.pipeline("shop", destination="duckdb").run(ports())
    assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "made",
    [
        ConnectionStringCredentials(drivername="postgres", username="u", password=CANARY, host="h"),
        AwsCredentials(aws_access_key_id="id", aws_secret_access_key=CANARY, aws_session_token=CANARY),
        AzureCredentials(azure_storage_account_name="n", azure_storage_account_key=CANARY),
        GcpServiceAccountCredentials(project_id="p", private_key=CANARY, client_email="e"),
        OAuth2Credentials(client_id="c", client_secret=CANARY, refresh_token=CANARY, token=CANARY),
    ],
    ids=lambda made: type(made).__name__,
)
def test_credentials_hide_their_secrets(made: Any) -> None:
    assert CANARY not in f"{made} {made!r} {[made]} { {'a': made} }"


def test_a_key_with_a_typo_is_pointed_out_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__TEST_SECRETS__ORDERS__DATABSE", CANARY)
    Path(".dlt").mkdir()
    Path(".dlt/secrets.toml").write_text(f'[sources.test_secrets.orders]\nkei = "{CANARY}"\n', "utf-8")
    with pytest.raises(ConfigFieldMissingException) as caught:
        list(orders())
    text = str(caught.value)
    assert "did you mean" in text
    assert "`SOURCES__TEST_SECRETS__ORDERS__DATABSE` in Environment Variables" in text
    assert CANARY not in text


def test_an_error_of_the_users_that_quotes_a_secret_is_kept_without_it(secrets: None) -> None:
    @dlt.resource(name="orders")
    def quoting(key: str = dlt.secrets.value) -> Any:
        message = f"cannot log in with {key}"
        raise ValueError(message)
        yield

    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="data")
    with pytest.raises(Exception, match="cannot log in"):
        pipeline.run(quoting())
    trace = pipeline.last_trace
    assert "cannot log in with ***" in str(trace)
    assert CANARY not in f"{trace}{trace.asdict()}"
    assert not [p for p in Path(pipeline.working_dir).rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]


@pytest.mark.parametrize("scheme", ["md:shop?motherduck_token=", "postgresql://ann:", "motherduck:x?token="])
def test_the_address_of_another_database_is_refused_without_being_told(
    scheme: str, capfd: pytest.CaptureFixture[str]
) -> None:
    destination = dlt.destinations.duckdb(f"{scheme}{CANARY}@host/db")
    with pytest.raises(Exception, match="is no file of DuckDB") as caught:
        dlt.pipeline("shop", destination=destination, dataset_name="data").run([{"id": 1}], table_name="t")
    out, err = capfd.readouterr()
    assert CANARY not in "".join([*traceback.format_exception(caught.value), out, err])


def test_a_login_in_the_address_of_a_bucket_is_refused_without_being_told() -> None:
    with pytest.raises(Exception, match="has a login before the bucket") as caught:
        list(filesystem(f"s3://ann:{CANARY}@bucket/folder"))
    assert CANARY not in "".join(traceback.format_exception(caught.value))
