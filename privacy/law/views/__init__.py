"""Pages of law."""
