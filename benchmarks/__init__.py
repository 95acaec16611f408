"""Measurements of what the README claims; `make bench` runs them all and prints one table."""
