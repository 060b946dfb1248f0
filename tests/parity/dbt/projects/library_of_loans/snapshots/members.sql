{% snapshot members_history %}
{{ config(unique_key='member', strategy='check', check_cols='all', hard_deletes='new_record') }}
select member, name from {{ ref('members') }}
{% endsnapshot %}
