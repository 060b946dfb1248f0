{{ config(materialized='table') }}
{{ alter_column_type(ref('given'), 'id', 'varchar') }}
select id from {{ ref('given') }}
