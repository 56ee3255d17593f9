"""Builders: each reaches a state by the commands that lead to it, and takes what a test wants to say about it."""

from .records import record

__all__ = ["record"]
