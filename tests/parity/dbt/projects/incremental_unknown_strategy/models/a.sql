{{ config(materialized='incremental', incremental_strategy='no_such_strategy') }} select 1 as a
