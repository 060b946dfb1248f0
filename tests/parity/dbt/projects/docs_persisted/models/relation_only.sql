{{ config(persist_docs={'relation': true, 'columns': false}) }}
select 1 as id
