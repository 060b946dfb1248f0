{% snapshot raws %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed') }}
select * from {{ ref('raw') }}
{% endsnapshot %}
