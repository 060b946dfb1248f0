{% snapshot s %}
{{ config(unique_key='id', strategy='timestamp', updated_at='id', check_cols=['id']) }}
select 1 as id
{% endsnapshot %}
