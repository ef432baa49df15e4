"""Data formats: JSON, JSON Lines, YAML, TOML, text and bytes, written from and read into what CUE has."""
