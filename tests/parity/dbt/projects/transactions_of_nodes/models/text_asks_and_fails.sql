{{ config(materialized='table', pre_hook={'sql': 'create table undone_outside as select 1 as x', 'transaction': false}) }}
{% do ask() %}
{{ make('undone_of_text') }}
select nonsense as x
