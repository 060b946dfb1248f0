"""The same project under dbt and under gristmill, compared by what is left: statuses, relations, artifacts."""
