{% snapshot first %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select 1 as id{% endsnapshot %}
{% snapshot second %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select 2 as id{% endsnapshot %}
