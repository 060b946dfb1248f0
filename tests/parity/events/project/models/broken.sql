select no_such from {{ ref('stg') }}
