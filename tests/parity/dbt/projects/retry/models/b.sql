select nothing as id from {{ ref('a') }}
