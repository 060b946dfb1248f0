{{ config(tags=['a'], meta={'who': 'me'}) }}
select * from {{ ref('numbers') }}
