{{ config(post_hook="create table if not exists {{ target.schema }}.hooked as select 1 as one") }} select * from {{ ref('inline') }}
