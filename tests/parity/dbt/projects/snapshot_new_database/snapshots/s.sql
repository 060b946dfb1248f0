{% snapshot s %}
{{ config(target_database='history', target_schema='kept', unique_key='id', strategy='timestamp', updated_at='changed') }}
select 1 as id, timestamp '2024-01-01' as changed
{% endsnapshot %}
