{{ config(pre_hook={'sql': "insert into counted values (4); select nonsense", 'transaction': false}) }}
select 1 as x
