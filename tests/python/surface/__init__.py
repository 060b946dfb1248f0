"""What user code imports and meets."""
