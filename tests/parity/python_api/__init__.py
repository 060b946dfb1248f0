"""`dbtRunner` from Python beside dbt's own: types of results, nodes and exceptions, for each command and each way to fail."""
