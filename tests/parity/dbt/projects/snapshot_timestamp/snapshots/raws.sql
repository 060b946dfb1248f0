{% snapshot raws %}
{{ config(target_schema='history', unique_key='id', strategy='timestamp', updated_at='changed') }}
select * from {{ ref('raw') }}
{% endsnapshot %}

{% snapshot far_end %}
{{ config(unique_key=['id', 'name'], strategy='timestamp', updated_at='changed', dbt_valid_to_current="date '9999-12-31'",
    snapshot_meta_column_names={'dbt_valid_from': 'since', 'dbt_valid_to': 'until'}) }}
select * from {{ ref('raw') }}
{% endsnapshot %}
