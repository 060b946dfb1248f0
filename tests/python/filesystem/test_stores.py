"""Addresses and credentials of stores that no test can reach: what the core is told of them."""

from __future__ import annotations

import json

import pytest

from gristmill import _core
from gristmill.sources.credentials import (
    AwsCredentials,
    AzureCredentials,
    AzureServicePrincipalCredentials,
    GcpOAuthCredentials,
    GcpServiceAccountCredentials,
)
from gristmill.sources.filesystem.finding import fixed_folder, glob_pattern
from gristmill.sources.filesystem.stores import store_address, store_options

S3 = AwsCredentials(aws_access_key_id="id", aws_secret_access_key="key", region_name="eu-west-1")
GOOGLE = GcpServiceAccountCredentials(project_id="p", private_key="key", client_email="a@b")
PERSON = GcpOAuthCredentials(project_id="p", client_id="c", client_secret="s", refresh_token="r")
AZURE = AzureCredentials(azure_storage_account_name="shop", azure_storage_account_key="a2V5")
PRINCIPAL = AzureServicePrincipalCredentials("shop", "tenant", "client", "secret")
AZURITE = AzureCredentials(
    azure_storage_account_name="shop", azure_storage_account_key="a2V5", azure_account_host="http://127.0.0.1:1"
)


@pytest.mark.parametrize(
    ("address", "credentials", "arguments", "expected"),
    [
        ("s3://lake/raw", S3, {}, {"access_key_id": "id", "secret_access_key": "key", "region": "eu-west-1"}),
        ("s3a://lake", None, {"anon": True}, {"skip_signature": "true", "region": "us-east-1"}),
        (
            "s3://lake",
            None,
            {"key": "k", "secret": "s", "endpoint_url": "http://127.0.0.1:1"},
            {
                "access_key_id": "k",
                "secret_access_key": "s",
                "endpoint": "http://127.0.0.1:1",
                "region": "us-east-1",
                "allow_http": "true",
            },
        ),
        ("gs://lake/raw", None, {"token": "anon"}, {"skip_signature": "true"}),
        ("az://lake/raw", AZURE, {}, {"account_name": "shop", "access_key": "a2V5"}),
        (
            "abfss://lake@shop.dfs.core.windows.net/raw",
            None,
            {"anon": True},
            {"account_name": "shop", "skip_signature": "true"},
        ),
        (
            "az://lake",
            PRINCIPAL,
            {},
            {"account_name": "shop", "tenant_id": "tenant", "client_id": "client", "client_secret": "secret"},
        ),
        (
            "az://lake",
            AZURITE,
            {},
            {
                "account_name": "shop",
                "access_key": "a2V5",
                "endpoint": "http://127.0.0.1:1",
                "allow_http": "true",
            },
        ),
    ],
)
def test_options_of_the_core(address, credentials, arguments, expected, monkeypatch) -> None:
    place = store_address(address)
    assert place is not None
    found = store_options(place, credentials, arguments)
    assert found == expected
    # The core takes them all.
    _core.ObjectStore(place.kind, place.bucket, found)


def test_a_service_account_goes_as_googles_own_file() -> None:
    place = store_address("gs://lake")
    assert place is not None
    options = store_options(place, GOOGLE)
    assert options is not None
    assert json.loads(options["service_account_key"])["client_email"] == "a@b"


@pytest.mark.parametrize(
    ("address", "credentials", "arguments"),
    [("gs://lake", PERSON, {}), ("s3://lake", S3, {"verify": "a.crt"}), ("az://lake", AZURE, {"loop": 1})],
)
def test_what_only_fsspec_knows_is_left_to_it(address, credentials, arguments) -> None:
    place = store_address(address)
    assert place is not None
    assert store_options(place, credentials, arguments) is None


@pytest.mark.parametrize("address", ["memory://a", "https://host/a", "sftp://host/a", "data/in", "file:///data"])
def test_addresses_that_are_no_store(address: str) -> None:
    assert store_address(address) is None


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("*", ["a.csv"]),
        ("**", ["a.csv", "x/a.csv", "x/y/b.csv"]),
        ("**/a.csv", ["a.csv", "x/a.csv"]),
        ("x/*", ["x/a.csv"]),
        ("*/[ab].csv", ["x/a.csv"]),
        ("**/[!a].csv", ["x/y/b.csv"]),
        ("?.csv", ["a.csv"]),
        ("x/y/b.csv", ["x/y/b.csv"]),
    ],
)
def test_globs(glob: str, found: list[str]) -> None:
    keys = ["a.csv", "x/a.csv", "x/y/b.csv"]
    assert [key for key in keys if glob_pattern(glob).fullmatch(key)] == found
    folder, _ = fixed_folder(glob)
    assert all(key.startswith(folder) for key in found)
