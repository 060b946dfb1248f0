"""From what a user writes (functions, generators, frames) to items that belong to tables."""
