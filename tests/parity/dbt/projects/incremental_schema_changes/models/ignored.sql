{{ config(materialized='incremental', on_schema_change='ignore') }} {{ rows() }}
