{{ config(enabled=(env_var('PARITY_BROKEN', 'false') == 'true')) }}
select * from {{ source('refused', 'nobody') }}
