"""What a world states, to be asked exhaustively, and what its values are."""
