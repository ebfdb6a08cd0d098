"""Names of persons, places and other things, in every form in which people write them."""
