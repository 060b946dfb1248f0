{{ config(materialized='table') }}
select 'grown' as what, id, told from {{ ref('grown') }}
union all select 'merged', id, version::varchar from {{ ref('merged') }}
union all select 'passing', id, null from {{ ref('passing') }}
union all select 'viewed', id, null from {{ ref('viewed') }}
union all select 'history', id, letter from {{ ref('history') }}
union all select 'raw', id, letter from {{ source('other', 'letters') }}
-- {{ ref('there') }} {{ this.database }} {{ target.database }}
