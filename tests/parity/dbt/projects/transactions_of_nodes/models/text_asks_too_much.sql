{{ config(materialized='table') }}
{{ make_in_transaction('undone_by_asking') }}
{% do adapter.get_columns_in_relation(api.Relation.create(database=target.database, schema='side', identifier='absent')) %}
{{ make('stays_behind_asking') }}
select nonsense as x
