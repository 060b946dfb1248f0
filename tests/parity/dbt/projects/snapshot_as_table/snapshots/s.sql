{% snapshot s %}
{{ config(unique_key='id', strategy='timestamp', updated_at='id', materialized='table') }}
select 1 as id
{% endsnapshot %}
