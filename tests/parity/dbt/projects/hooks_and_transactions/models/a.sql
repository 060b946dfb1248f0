{{ config(
    materialized='table',
    pre_hook=[{'sql': "create or replace temp table ids as select txid_current() as id", 'transaction': true}],
    post_hook=[after_commit("insert into log values ('after a', 0)"), {"sql": "vacuum", "transaction": false}, "insert into log select 'count', count(*) from {{ this }}"]
) }}
select (select id from ids) = txid_current() as same
