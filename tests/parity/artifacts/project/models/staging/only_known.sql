{{ config(materialized='ephemeral') }} select * from {{ ref('stg_orders') }} where customer is not null
