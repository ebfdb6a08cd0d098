"""What a model is shown of a long episode. Ours, not the paper's, and off unless asked for."""

from searchvl_gym.context.modes import (
    MODES,
    Context,
    NotesContext,
    RecentContext,
    ReferencesContext,
    WholeContext,
    make_context,
    show,
)
from searchvl_gym.context.turns import Shown, Turn

__all__ = [
    "MODES",
    "Context",
    "NotesContext",
    "RecentContext",
    "ReferencesContext",
    "Shown",
    "Turn",
    "WholeContext",
    "make_context",
    "show",
]
