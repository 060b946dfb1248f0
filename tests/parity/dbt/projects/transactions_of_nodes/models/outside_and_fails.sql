{{ config(materialized='table', pre_hook={'sql': "create table {{ var('outside', 'stays_outside') }} as select 1 as x", 'transaction': false}) }}
select nonsense as x
