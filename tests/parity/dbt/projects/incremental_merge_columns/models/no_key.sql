{{ config(materialized='incremental', incremental_strategy='merge') }} {{ rows() }}
