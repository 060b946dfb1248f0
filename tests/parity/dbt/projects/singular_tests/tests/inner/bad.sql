{{ config(tags=['deep'], severity='warn') }}
select * from {{ ref('a') }} where id > 1
