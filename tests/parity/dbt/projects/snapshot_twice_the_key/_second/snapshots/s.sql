{% snapshot s %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed') }}
select 1 as id, 'c' as name, timestamp '2024-02-01' as changed
union all select null, 'nobody', timestamp '2024-02-01'
{% endsnapshot %}
