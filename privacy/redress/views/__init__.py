"""Pages of redress: for who asks, and for the agency that answers."""
