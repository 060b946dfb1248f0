{{ config(materialized='table', post_hook=["create table stays_of_end as select 1 as x", {'sql': "{{ make_in_transaction('undone_behind_the_end') }} select 1", 'transaction': false}]) }}
{% do ask() %}
{{ make('stays_with_it') }}
select 1 as x
