{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='moment', batch_size='day') }} select now() as moment
