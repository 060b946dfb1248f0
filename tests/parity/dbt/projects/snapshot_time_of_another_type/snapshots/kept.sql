{% snapshot by_day %}
{{ config(unique_key='id', strategy='timestamp', updated_at='day') }}
select * from {{ ref('given') }}
{% endsnapshot %}
{% snapshot by_moment %}
{{ config(unique_key='id', strategy='timestamp', updated_at='moment') }}
select * from {{ ref('given') }}
{% endsnapshot %}
{% snapshot by_day_with_ends %}
{{ config(unique_key='id', strategy='timestamp', updated_at='day', hard_deletes='invalidate') }}
select * from {{ ref('given') }}
{% endsnapshot %}
