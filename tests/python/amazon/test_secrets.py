"""No secret is seen anywhere: not on the screen, in logs, traces, states, files, texts of objects or errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gristmill.sources.amazon import CreatorsCredentials, SellingPartnerCredentials, creators, selling_partner_catalog
from gristmill.sources.amazon.credentials import credentials_of
from gristmill.sources.amazon.mock.server import Mock
from tests.python.amazon.conftest import Loaded, MakeMock, Said, Time

pytestmark = pytest.mark.fault

ACCESS = "Atza|mock-access-token"
CANARIES = (Mock.client_id, Mock.client_secret, Mock.refresh_token, ACCESS)


def seen_in(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_not_in_what_a_run_leaves(
    make_mock: MakeMock, time: Time, loaded: Loaded, said: Said, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mock = make_mock(25)
    sources = [
        selling_partner_catalog("samsung", clock=time.clock, **mock.selling_partner),
        creators("samsung", item_ids=["dummy"], clock=time.clock, **mock.creators()),
    ]
    info = loaded.run(sources)
    mock.expire_tokens()
    shown = capsys.readouterr()
    texts = [said(), shown.out, shown.err, str(info), repr(info), repr(sources), str(info.pipeline.last_trace)]
    texts += [repr(source.resources) for source in sources] + [str(info.pipeline.state), str(info.asdict())]
    for text in texts:
        assert seen_in(text) == []
    kept = files(tmp_path)
    assert any(name.endswith("trace.json") for name in kept) and loaded.file.name in {Path(n).name for n in kept}
    for name, content in kept.items():
        assert [canary for canary in CANARIES if canary.encode() in content] == [], name


def test_not_in_texts_of_objects(make_mock: MakeMock) -> None:
    mock = make_mock()
    for kind, given in (
        (SellingPartnerCredentials, mock.selling_partner["credentials"]),
        (CreatorsCredentials, mock.creators()["credentials"]),
    ):
        credentials = credentials_of(kind, given)
        assert seen_in(f"{credentials!r} {credentials!s} {credentials}") == []


@pytest.mark.parametrize("api", ["selling partner", "creators"])
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_not_in_errors_even_if_the_server_repeats_them(
    make_mock: MakeMock, time: Time, loaded: Loaded, said: Said, api: str, status: int
) -> None:
    mock = make_mock(25)
    own = CANARIES[:3] if api == "selling partner" else CANARIES[:2]
    repeated = " ".join((*own, f"{ACCESS}-1"))
    errors: dict[str, Any] = {"errors": [{"code": "Oops", "message": repeated, "details": repeated}]}
    if api == "creators":
        mock.fault("/catalog", status, {"type": "Oops", "message": repeated}, times=99)
        data = creators("samsung", clock=time.clock, **mock.creators())
    else:
        mock.fault("/catalog", status, errors, times=99)
        data = selling_partner_catalog("samsung", clock=time.clock, **mock.selling_partner)
    if api == "creators" and status == 404:
        loaded.run(data)
        assert seen_in(str(loaded.query("from raw.creators_errors"))) == []
    else:
        with pytest.raises(Exception, match="Oops") as error:
            loaded.run(data)
        shown: BaseException | None = error.value
        while shown is not None:
            assert seen_in(f"{shown} {shown!r}") == []
            shown = shown.__cause__
    assert seen_in(said()) == []


def test_not_in_errors_of_the_token_endpoint(make_mock: MakeMock, time: Time, said: Said) -> None:
    mock = make_mock()
    repeated = " ".join(CANARIES[:3])
    mock.fault("/auth/o2/token", 400, {"error": "invalid_grant", "error_description": repeated})
    with pytest.raises(Exception, match="refused the credentials") as error:
        list(selling_partner_catalog("samsung", clock=time.clock, **mock.selling_partner))
    assert seen_in(f"{error.value} {error.value!r} {said()}") == []
    assert "***" in str(error.value)


def test_not_sent_along_a_redirect(make_mock: MakeMock, time: Time) -> None:
    mock, other = make_mock(), make_mock()
    mock.fault("/items", 302, {}, headers={"Location": f"{other.url}/elsewhere"})
    with pytest.raises(Exception, match="404"):
        list(selling_partner_catalog("samsung", clock=time.clock, **mock.selling_partner))
    assert [seen_in(str(request)) for request in other.requests] == [[]]
