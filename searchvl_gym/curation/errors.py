"""What goes wrong in a run of the curation."""


class CurationError(RuntimeError):
    """A run that cannot go on; the message says what to do."""
