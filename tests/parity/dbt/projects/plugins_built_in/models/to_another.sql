{{ config(materialized='external', plugin='excel', overrides={'sheet_name': 'other'}) }}
-- depends_on: {{ ref('to_excel') }}
select 2 as id
