"""Single values by their key."""

from __future__ import annotations

import os


def run(dlt, tmp):
    folder = tmp / ".dlt"
    folder.mkdir()
    (folder / "config.toml").write_text('top = 1\n[a.b]\nc = "x"\n')
    (folder / "secrets.toml").write_text('[a]\nkey = "secret"\n')
    os.environ["A__B__D"] = "17"
    return [
        dlt.config["a.b.c"],
        dlt.config["top"],
        dlt.config.get("a.b.d", int),
        dlt.config.get("missing"),
        dlt.secrets["a.key"],
        "a.key" in dlt.secrets,
    ]
