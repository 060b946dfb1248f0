{% snapshot legacy %}
{{ config(target_schema='old_place', unique_key='id', strategy='timestamp', updated_at='changed') }}
select * from {{ ref('m') }}
{% endsnapshot %}

{% snapshot with_schema %}
{{ config(schema='new_place', alias='renamed', unique_key='id', strategy='timestamp', updated_at='changed') }}
select * from {{ source('raw', 'things') }}
{% endsnapshot %}
