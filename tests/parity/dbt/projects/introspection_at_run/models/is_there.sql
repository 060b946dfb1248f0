{% set there = adapter.get_relation(database=target.database, schema=target.schema, identifier='kinds') %}
{% set absent = adapter.get_relation(database=target.database, schema=target.schema, identifier='absent') %}
select '{{ there is not none and there.is_table }}' as there, '{{ absent is none }}' as absent
