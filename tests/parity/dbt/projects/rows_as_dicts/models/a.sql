{% if execute %}
{% set found = run_query("select 1 as id, 'x' as name union all select 2, 'y' order by 1") %}
{% set row = dict(found.rows[0]) %}
{% set columns = dict(found.columns) %}
select '{{ row["id"] }} {{ row["name"] }} {{ row | length }} {{ row.keys() | join(",") }} {{ columns.keys() | join(",") }}' as said,
  '{{ dict(found.rows[1], more=3) | tojson }}' as more,
  '{{ dict(found.rows[1]).items() | list | length }}' as pairs
{% else %}
select 1 as said
{% endif %}
