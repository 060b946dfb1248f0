{{ config(materialized='incremental', incremental_strategy='twice') }} select 1 as a
