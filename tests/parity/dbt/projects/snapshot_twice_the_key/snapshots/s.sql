{% snapshot s %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed') }}
select 1 as id, 'a' as name, timestamp '2024-01-01' as changed
union all select 1, 'b', timestamp '2024-01-01'
union all select null, 'nobody', timestamp '2024-01-01'
{% endsnapshot %}
