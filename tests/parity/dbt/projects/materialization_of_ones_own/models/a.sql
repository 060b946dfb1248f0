{{ config(materialized='twice') }} select 1 as a
