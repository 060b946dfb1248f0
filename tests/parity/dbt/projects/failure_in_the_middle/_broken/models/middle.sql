{{ config(materialized='table') }} select n, version, error('no more') as broken from {{ ref('first') }}
