{{ config(materialized='table') }}
-- depends_on: {{ ref('kept') }}
select o.*, s.content from {{ source('made', 'once') }} o, read_text('stored.txt') s
