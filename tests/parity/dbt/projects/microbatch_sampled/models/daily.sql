{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='moment', batch_size='day', begin='2024-01-01') }}
select id, moment, '{{ model.batch.id }}' as batch from {{ source('raw', 'events') }}
