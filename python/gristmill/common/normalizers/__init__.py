"""How names and rows are written."""
