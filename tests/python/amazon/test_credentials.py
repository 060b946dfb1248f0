"""Who asks: where credentials come from, and what is said when they are missing or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gristmill.sources.amazon import (
    CreatorsCredentials,
    CredentialsMissing,
    CredentialsRefused,
    SellingPartnerCredentials,
    creators,
    selling_partner_catalog,
)
from gristmill.sources.amazon.credentials import credentials_of
from tests.python.amazon.conftest import MakeMock, Time

WHOLE = {"client_id": "id", "client_secret": "secret", "refresh_token": "refresh"}


def secrets_toml(folder: Path, text: str) -> None:
    (folder / ".dlt").mkdir(exist_ok=True)
    (folder / ".dlt" / "secrets.toml").write_text(text)


def test_all_that_is_missing_is_named_once() -> None:
    with pytest.raises(CredentialsMissing) as error:
        selling_partner_catalog("tv")
    text = str(error.value)
    assert "the Selling Partner API needs `client_id`, `client_secret`, `refresh_token`" in text
    for name in ("AMAZON_CLIENT_ID", "AMAZON_CLIENT_SECRET", "AMAZON_REFRESH_TOKEN", "[sources.amazon.credentials]"):
        assert name in text
    assert "Seller Central" in text
    assert len(text.splitlines()) == 5


def test_what_is_there_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMAZON_CLIENT_ID", "id")
    monkeypatch.setenv("AMAZON_CLIENT_SECRET", "  ")
    with pytest.raises(CredentialsMissing, match="needs `client_secret`, `version`, `partner_tag`, which are") as error:
        creators("tv")
    assert "`client_id`" not in str(error.value) and "Associates Central" in str(error.value)


def test_the_order_of_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> str:
        return credentials_of(SellingPartnerCredentials, {**WHOLE, "client_id": None}).client_id

    secrets_toml(tmp_path, '[sources.amazon.credentials]\nclient_id = "from the file"\n')
    assert found() == "from the file"
    monkeypatch.setenv("AMAZON_CLIENT_ID", "from the environment")
    assert found() == "from the environment"
    monkeypatch.setenv("AMAZON_SELLING_PARTNER_CLIENT_ID", "from its own variable")
    assert found() == "from its own variable"
    monkeypatch.setenv("SOURCES__AMAZON__CREDENTIALS__CLIENT_ID", "from dlt's variable")
    assert found() == "from dlt's variable"
    assert credentials_of(SellingPartnerCredentials, WHOLE).client_id == "id"


def test_each_api_may_have_its_own(tmp_path: Path) -> None:
    secrets_toml(
        tmp_path,
        """
        [sources.amazon.credentials]
        client_id = "shared"
        client_secret = "shared"
        refresh_token = "refresh"
        [sources.amazon.creators.credentials]
        client_id = "creator"
        version = 3.1
        partner_tag = "tag-20"
        """,
    )
    assert credentials_of(SellingPartnerCredentials, None).client_id == "shared"
    creator = credentials_of(CreatorsCredentials, None)
    assert (creator.client_id, creator.client_secret, creator.version) == ("creator", "shared", "3.1")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("amzn1.secret", "is a `str`, where a dict of its parts was expected"),
        ({**WHOLE, "refreshtoken": "x"}, "has no `refreshtoken`"),
    ],
)
def test_what_is_no_credentials(given: Any, message: str) -> None:
    with pytest.raises(CredentialsMissing) as error:
        selling_partner_catalog("tv", credentials=given)
    assert message in str(error.value) and "amzn1.secret" not in str(error.value)


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("client_secret", "the client id or the client secret is not right"),
        ("refresh_token", "the refresh token is not valid"),
    ],
)
def test_refused_credentials_name_which(make_mock: MakeMock, time: Time, part: str, reason: str) -> None:
    mock = make_mock()
    arguments = mock.selling_partner
    arguments["credentials"][part] = "wrong-canary"
    with pytest.raises(Exception, match="Amazon refused the credentials for the Selling Partner API") as error:
        list(selling_partner_catalog("tv", clock=time.clock, **arguments))
    text = str(error.value)
    assert reason in text and "Seller Central" in text and f"{mock.url}/auth/o2/token" in text
    assert "wrong-canary" not in text
    # A wrong secret stays wrong: it is not tried again.
    assert mock.paths() == ["/auth/o2/token"]


def test_credentials_of_another_version_are_refused(make_mock: MakeMock, time: Time) -> None:
    arguments = make_mock().creators("2.1")
    arguments["credentials"]["version"] = "3.1"
    with pytest.raises(Exception, match="the version of the credential is another") as error:
        list(creators("tv", clock=time.clock, **arguments))
    assert CredentialsRefused.__name__ in repr(error.value.__cause__ or error.value)


def test_a_login_that_may_not_read_this(make_mock: MakeMock, time: Time) -> None:
    mock = make_mock()
    denied = {"errors": [{"code": "Unauthorized", "message": "Access to requested resource is denied.", "details": ""}]}
    mock.fault("/items", 403, denied, times=9)
    with pytest.raises(Exception, match="Access to requested resource is denied") as error:
        list(selling_partner_catalog("tv", clock=time.clock, **mock.selling_partner))
    assert "the login was taken, but may not read this" in str(error.value)
    # The token was new, so another would not help.
    assert mock.paths() == ["/auth/o2/token", "/catalog/2022-04-01/items"]
