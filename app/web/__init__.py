"""HTTP: pages, parts of pages and the JSON interface."""
