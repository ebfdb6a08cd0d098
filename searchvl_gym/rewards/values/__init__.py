"""Quantities, dates and times: found in text and compared by what they say."""
