"""The arguments of the source's decorator."""

from __future__ import annotations

from api import api


def answer(request):
    return [{"id": 1, "a": {"b": [{"c": [1]}]}, "lines": [{"no": 1}]}]


def run(dlt, tmp):
    from dlt.sources.rest_api import rest_api_source

    with api(answer) as served:
        config = {"client": {"base_url": served.url}, "resources": ["rows", "more"]}
        plain = rest_api_source(config)
        named = rest_api_source(config, name="shop", section="trade", max_table_nesting=1, root_key=True)
        strict = rest_api_source(config, name="strict", schema_contract="evolve", parallelized=True)
        schema = dlt.Schema("given")
        given = rest_api_source(config, schema=schema, name="given")
        sources = (plain, named, strict, given)
        for source in sources:
            dlt.pipeline("case", destination="duckdb", dataset_name=f"data_{source.name}").run(source)
        told = [[s.name, s.section, s.max_table_nesting, list(s.resources)] for s in sources]
        return [told, [r.section for r in plain.resources.values()], served.asked()]
