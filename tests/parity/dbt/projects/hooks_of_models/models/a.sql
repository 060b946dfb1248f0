{{ config(materialized='table', pre_hook=["{{ say('model before') }}"], post_hook="{{ say('model after') }}") }}
select count(*) as said_before from main.said
