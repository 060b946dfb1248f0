{{ config(pre_hook="select 1", post_hook={'sql': 'select 2', 'transaction': false}, event_time='ordered_at') }}
select * from {{ ref('only_known') }}
