{{ config(materialized='table_function', parameters=['low', 'high := 10'], post_hook="create or replace table hooked as select * from {{ this }}(1)") }}
select * from {{ ref('base') }} where id between low and high
