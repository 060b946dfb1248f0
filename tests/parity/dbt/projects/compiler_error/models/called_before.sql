{% if execute %}{{ first_called() }}{{ exceptions.raise_compiler_error('too late') }}{{ never_called() }}{% endif %} select 1 as id
