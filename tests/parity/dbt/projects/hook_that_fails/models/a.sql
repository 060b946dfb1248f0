{{ config(pre_hook="select no_such_column") }} select 1 as a
