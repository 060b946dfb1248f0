{{ config(post_hook="{% do adapter.drop_relation(this) %}") }} select 1 as id
