{% snapshot by_version %}
{{ config(unique_key='id', strategy='versioned', version_column='version') }}
select * from {{ ref('raw') }}
{% endsnapshot %}
{% snapshot by_package %}
{{ config(unique_key='id', strategy='parity.versioned', version_column='version') }}
select * from {{ ref('raw') }}
{% endsnapshot %}
