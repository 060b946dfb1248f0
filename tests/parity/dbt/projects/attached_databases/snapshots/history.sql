{% snapshot history %}
{{ config(unique_key='id', strategy='check', check_cols='all') }}
select id, letter || '{{ var("more", 1) }}' as letter from {{ ref('letters') }}
{% endsnapshot %}
