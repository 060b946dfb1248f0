"""How values stand in files and in SQL."""
