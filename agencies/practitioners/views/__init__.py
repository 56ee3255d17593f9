"""Pages of practitioners."""
