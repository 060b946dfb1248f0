select total, version from {{ ref('below') }}
