"""Templates that a machine makes up, rendered by gristmill and in dbt's environment."""
