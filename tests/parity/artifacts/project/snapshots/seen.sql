{% snapshot seen %}{{ config(target_schema='kept', unique_key='id', strategy='timestamp', updated_at='ordered_at') }}
select * from {{ ref('orders') }}{% endsnapshot %}
