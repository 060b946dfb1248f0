{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='moment', batch_size='day', begin='2024-01-01',
    pre_hook="create table if not exists {{ target.schema }}.seen (what varchar)", post_hook="insert into {{ target.schema }}.seen values ('post {{ model.batch.id }}')") }}
select *, {{ is_incremental() }} as added,
    '{{ model.batch.id if model.batch else "" }}' as batch,
    '{{ model.batch.event_time_start if model.batch else "" }}' as batch_start,
    '{{ model.batch.event_time_end if model.batch else "" }}' as batch_end
from {{ source('raw', 'events') }}
