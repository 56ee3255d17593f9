"""Unique words planted in every protected field, and a walk of everything that leaves the portal, looking for them."""
