{% snapshot unknown %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed', hard_deletes='forget') }}
select 1 as id, timestamp '2024-01-01' as changed
{% endsnapshot %}
{% snapshot both %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed', hard_deletes='ignore', invalidate_hard_deletes=true) }}
select 1 as id, timestamp '2024-01-01' as changed
{% endsnapshot %}
{% snapshot no_such_strategy %}
{{ config(unique_key='id', strategy='guess') }}
select 1 as id
{% endsnapshot %}
