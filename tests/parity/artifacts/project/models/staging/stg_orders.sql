{{ config(materialized='view', meta={'owner': 'me'}) }}
select id, customer, cast(amount as double) as amount, cast(ordered_at as timestamp) as ordered_at
from {{ source('crm', 'raw_orders') }}
where id >= {{ var('minimum') }} {{ nothing() }}
-- depends on {{ ref('raw_orders') }}
