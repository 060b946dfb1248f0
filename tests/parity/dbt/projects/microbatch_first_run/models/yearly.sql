{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='moment', batch_size='year', begin='2023-05-01', lookback=3) }}
select id, moment, note, '{{ model.batch.id if model.batch else "" }}' as batch from {{ source('raw', 'events').render() }}
