{% if execute %}{{ exceptions.raise_compiler_error('stop') }}{% endif %} select 1 as id
