"""Travaux: where a treaty is drafted."""
