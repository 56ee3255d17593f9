"""Reads files that come from elsewhere: strictly, in bounded memory, every fault named by its place. No Django here."""
