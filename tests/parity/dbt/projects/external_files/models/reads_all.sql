{{ config(materialized='table') }}
select 'parquet' as kind, count(*) as rows from {{ ref('as_parquet') }}
union all select 'csv', count(*) from {{ ref('as_csv') }}
union all select 'json', count(*) from {{ ref('as_json') }}
union all select 'by_extension', count(*) from {{ ref('by_extension') }}
union all select 'by_template', count(*) from {{ ref('by_template') }}
union all select 'no_rows', count(*) from {{ ref('no_rows') }}
union all select 'no_rows_csv', count(*) from {{ ref('no_rows_csv') }}
union all select 'parts', count(*) from {{ ref('parts') }}
union all select 'threads', count(*) from {{ ref('threads') }}
