"""Where pipelines meet other programs."""
