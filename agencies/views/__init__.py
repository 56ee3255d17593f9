"""Pages of agencies, people and accounts."""
