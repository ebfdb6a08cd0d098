"""What a person sees of an episode: a transcript, a picture, or a page."""

from __future__ import annotations

from typing import Any

from searchvl_gym.episode import Episode, EpisodePictures


def render(mode: str, episode: Episode, pictures: EpisodePictures) -> Any:
    """The episode so far.

    Args:
        mode: `ansi` (text with colours), `rgb_array` (a picture) or `html` (a page).
        episode: Running or finished.
        pictures: Its pictures.

    Raises:
        ValueError: For another mode.
    """
    if mode == "ansi":
        from searchvl_gym.render.ansi import transcript

        return transcript(episode)
    if mode == "rgb_array":
        from searchvl_gym.render.card import draw_card

        return draw_card(episode, pictures)
    if mode == "html":
        from searchvl_gym.render.html import episode_html

        return episode_html(
            episode.task,
            episode.steps,
            pictures.all(),
            termination=episode.termination,
            answer=episode.answer,
            fatal_step=episode.fatal_step,
        )
    raise ValueError(f"unknown render mode {mode!r}")
