{% set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | map(attribute='name') | sort | list if execute else [] %}
{% set day = modules.datetime.date(2026, 1, 31) + modules.datetime.timedelta(days=1) %}
{% set found = modules.re.findall('[0-9]+', 'a1b22') %}
{% set data = fromjson('{"x": [1, {"y": "z"}]}') %}
{% set yaml = fromyaml('k: [1, two]') %}
select '{{ models | join(",") }}' as models, '{{ day.strftime("%Y/%m/%d") }}' as day, '{{ found | join("+") }}' as found,
    '{{ data.x[1]["y"] }}' as from_json, '{{ yaml.k[1] }}' as from_yaml, '{{ tojson({"b": [true, none]}) }}' as to_json,
    '{{ zip([1, 2], ["a", "b"]) | list | length }}' as zipped, '{{ set([1, 1, 2]) | length }}' as distinct_values,
    '{{ local_md5("x") }}' as md5, '{{ modules.itertools.chain([1], [2]) | list | sum }}' as chained
