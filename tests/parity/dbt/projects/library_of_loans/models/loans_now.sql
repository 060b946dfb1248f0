{{ config(materialized='incremental', incremental_strategy='merge', unique_key='loan', merge_exclude_columns=['first_seen'], on_schema_change='append_new_columns') }}
select loan, member, book, borrowed, returned, changed, {{ invocation_args_dict.which | length * 0 }} as first_seen
{% if var('late_days') != 21 %}, {{ days_out('borrowed', 'returned') }} > {{ var('late_days') }} as is_late{% endif %}
from {{ ref('loans') }}
{% if is_incremental() %} where changed > (select max(changed) from {{ this }}) {% endif %}
