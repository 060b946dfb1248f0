{{ config(database='named', materialized='view') }}
select t.id, s.database_name from {{ ref('there') }} t, (select current_database() as database_name) s
