"""Exports that are too large to wait for: a worker writes them, their owner fetches them while access holds."""
