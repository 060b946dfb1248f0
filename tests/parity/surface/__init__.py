"""The names that gristmill promises, compared with dlt's: they are there, and they are called the same way."""
