{{ config(materialized='incremental', unique_key='id, id2') }} select 1 as id, 2 as id2, {{ var('round') }} as round
