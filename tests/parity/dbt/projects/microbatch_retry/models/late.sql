{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='moment', batch_size='day', begin='2024-01-01') }}
select id, moment, case when word = 'bad' then error('bad word') else word end as word from {{ source('raw', 'events') }}
