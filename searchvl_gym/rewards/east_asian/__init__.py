"""Chinese, Japanese and Korean: text, names and numbers."""
