{% snapshot s %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed') }}
select 1 as id, 'longer than before' as name, true as fresh, timestamp '2024-03-01' as changed, {'x': 1} as nested
{% endsnapshot %}
