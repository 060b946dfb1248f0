{% snapshot s %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed') }}
select 1 as id, 'a' as name, 5 as gone, timestamp '2024-01-01' as changed
{% endsnapshot %}
