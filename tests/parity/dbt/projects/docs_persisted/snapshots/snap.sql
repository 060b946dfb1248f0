{% snapshot snap %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed') }}
select 1 as id, timestamp '2024-01-01' as changed
{% endsnapshot %}
