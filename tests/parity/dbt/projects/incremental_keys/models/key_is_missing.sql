{{ config(materialized='incremental', unique_key='nothing') }} select 1 as id, {{ var('round') }} as round
