{% if execute %}{{ exceptions.raise_compiler_error('this model cannot be') }}{% endif %} select 1 as a
