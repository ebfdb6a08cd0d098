"""Is a question unambiguous, tight and hard enough? Uniqueness, leaks, quality, shortcuts."""
