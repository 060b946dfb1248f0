{{ config(alias='same_of_package') }} select 1 as id
