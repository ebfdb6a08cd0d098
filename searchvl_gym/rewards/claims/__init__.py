"""What an answer commits itself to, and whether it says something else as well."""
