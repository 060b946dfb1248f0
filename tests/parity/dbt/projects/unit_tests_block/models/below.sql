select m from {{ ref('wrong') }}
