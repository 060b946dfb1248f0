select m from {{ ref('right') }}
