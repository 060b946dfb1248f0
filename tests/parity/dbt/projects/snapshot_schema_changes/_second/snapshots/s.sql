{% snapshot s %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed') }}
select 1 as id, 'b' as name, true as fresh, timestamp '2024-02-01' as changed
union all select 2, 'c', false, timestamp '2024-02-01'
{% endsnapshot %}
