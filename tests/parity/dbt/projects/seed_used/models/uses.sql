select upper(code) as code from {{ ref('countries') }}
