"""One of several credentials: the first of which all is found, or that reads what is given."""

import os
from typing import Any, ClassVar


def run(dlt: Any, work_dir: Any) -> Any:
    from dlt.common.configuration import configspec
    from dlt.common.configuration.specs import BaseConfiguration, ConnectionStringCredentials, CredentialsConfiguration
    from dlt.common.typing import TSecretStrValue

    @configspec
    class ByPassword(CredentialsConfiguration):
        __config_gen_annotations__: ClassVar[list[str]] = []
        subdomain: str = None
        email: str = None
        password: TSecretStrValue = None

    @configspec
    class ByToken(CredentialsConfiguration):
        kinds: ClassVar[list[str]] = ["a"]
        subdomain: str = None
        token: TSecretStrValue = None

    @configspec
    class Either(BaseConfiguration):
        credentials: ByPassword | ByToken = None

    @dlt.source
    def desk(credentials: ByPassword | ByToken = dlt.secrets.value):
        return dlt.resource([{"kind": type(credentials).__name__, "of": credentials.subdomain}], name="told")

    def told(make: Any) -> Any:
        try:
            return list(make())
        except Exception as error:
            return type(error).__name__

    found = [told(desk)]
    os.environ["SOURCES__DESK__CREDENTIALS__SUBDOMAIN"] = "shop"
    os.environ["SOURCES__DESK__CREDENTIALS__TOKEN"] = "t"
    found.append(told(desk))
    os.environ["SOURCES__DESK__CREDENTIALS__EMAIL"] = "a@b"
    os.environ["SOURCES__DESK__CREDENTIALS__PASSWORD"] = "p"
    found.append(told(desk))
    url = ConnectionStringCredentials("postgresql://u:p%40@h:5/db?sslmode=require").to_url()
    return found, [str(url), url.password, url.host, url.query["sslmode"]], ByToken.kinds, list(Either())
