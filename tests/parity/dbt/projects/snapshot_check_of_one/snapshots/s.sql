{% snapshot s %}
{{ config(unique_key='id', strategy='check', check_cols='id') }}
select 1 as id
{% endsnapshot %}
