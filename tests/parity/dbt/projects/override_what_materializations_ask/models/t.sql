{{ config(materialized='table', contract={'enforced': true}, indexes=[{'columns': ['id'], 'unique': true}]) }}
select id, name from {{ ref('s') }}
