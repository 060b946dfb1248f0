"""What `dlt pipeline` prints and what `gristmill pipeline` prints, of the same pipeline, line by line."""
