"""The flags that dbt's commands take, each of which gristmill takes too."""
