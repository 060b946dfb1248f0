"""Arguments from config.toml, secrets.toml and the environment."""

from __future__ import annotations

import os


def run(dlt, tmp):
    folder = tmp / ".dlt"
    folder.mkdir()
    (folder / "config.toml").write_text(
        '[sources.config_arguments.shop]\nurl = "http://a"\npage_size = 7\n[sources.config_arguments]\ncolour = "red"\n'
    )
    (folder / "secrets.toml").write_text('[sources.shop]\napi_key = "s3cret"\n')
    os.environ["SOURCES__SHOP__LIMIT"] = "3"
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source(section="config_arguments")
    def shop(
        url=dlt.config.value,
        api_key=dlt.secrets.value,
        page_size: int = 1,
        colour: str = "blue",
        limit: int = 0,
        other: bool = True,
    ):
        return dlt.resource(
            [
                {
                    "url": url,
                    "key": len(api_key),
                    "page_size": page_size,
                    "colour": colour,
                    "limit": limit,
                    "other": other,
                }
            ],
            name="rows",
        )

    pipeline.run(shop())
