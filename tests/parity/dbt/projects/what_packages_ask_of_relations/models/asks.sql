{% set nowhere = api.Relation.create(database=target.database, schema=target.schema, identifier='nowhere') %}
select {{ kept(ref('a')) }} as kept,
  {{ values_of(ref('a'), [7, 8]) | sum }} as there,
  {{ values_of(nowhere, [7, 8]) | sum }} as not_there,
  '{{ plain("select 1 as i, 1.5::decimal(3, 1) as n, true as b, 'x' as t, date '2024-01-02' as d, null as z") }}' as plain,
  '{{ api.Relation.add_ephemeral_prefix('eph') }}' as prefix
