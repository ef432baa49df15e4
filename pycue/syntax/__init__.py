"""CUE source text: tokens, literals, syntax trees, parser and formatter."""
