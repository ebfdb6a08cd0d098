"""A world written as an archive in the shape that today's scraper gives, and compared with it."""
