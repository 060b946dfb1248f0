{{ config(materialized='ephemeral', access='public') }} select 1 as x
