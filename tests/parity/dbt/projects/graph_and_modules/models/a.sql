{{ config(tags=['seen']) }} select 1 as a
