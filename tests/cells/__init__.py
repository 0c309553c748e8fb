"""Cells of notebooks, and what a real kernel makes of them."""
