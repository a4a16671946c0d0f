"""The page /help: what people ask who watch or host."""
