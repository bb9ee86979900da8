"""A letter as text and as HTML, in the institute's colours; the templates are read once."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from notifications.rendering.letter import Letter
from notifications.rendering.words import Words
from shared.profile import Profile


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a letter looks like: its subject and both parts."""

    subject: str
    text: str
    html: str


class Pages:
    """One institute's text and HTML."""

    def __init__(self, profile: Profile, words: Words, public_url: str) -> None:
        self._words = words
        self._zone = profile.zone_info
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(enabled_extensions=("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals |= {
            "institute": profile,
            "colours": profile.colours,
            "public_url": public_url,
            "_": words,
        }
        environment.filters["linked"] = partial(_linked, public_url, profile.colours.accent)
        self._text = environment.get_template("letter.txt.j2")
        self._html = environment.get_template("letter.html.j2")

    def show(self, letter: Letter, delayed_since: datetime | None) -> Rendered:
        """Both parts; a letter that leaves long after its cause says since when."""
        since = self._words.moment(delayed_since, self._zone) if delayed_since else None
        context = {"letter": letter, "delayed_since": since}
        return Rendered(letter.subject, self._text.render(context), self._html.render(context))


def _linked(public_url: str, colour: str, text: str) -> Markup:
    """The text escaped, with the institute's own address in it as a link, and no other one."""
    address = escape(public_url)
    link = Markup('<a class="link" href="{}" style="color:{};">{}</a>').format(
        address, colour, address
    )
    return Markup(escape(text).replace(address, link))  # noqa: S704  # escaped, then ours alone
