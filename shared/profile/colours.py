"""The institute's colours, refused where a person with weak sight could not read them."""

from typing import Annotated, Final

from pydantic import StringConstraints, model_validator

from shared.profile.fields import Part

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]

_LEAST_CONTRAST: Final = 4.5
"""WCAG 2.2, criterion 1.4.3, level AA."""
_LINEAR_UP_TO: Final = 0.04045


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= _LINEAR_UP_TO else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


class Colours(Part):
    """What mails and pages are painted with, as `#rrggbb` in small letters."""

    primary: Colour
    """Headings and buttons."""
    on_primary: Colour
    """Text on the primary colour."""
    accent: Colour
    """Links."""
    background: Colour
    text: Colour

    @model_validator(mode="after")
    def _readable(self) -> "Colours":
        pairs = (("on_primary", "primary"), ("accent", "background"), ("text", "background"))
        faults = [
            f"{front} on {back} has a contrast of {ratio:.1f}, below {_LEAST_CONTRAST}"
            for front, back in pairs
            if (ratio := contrast(getattr(self, front), getattr(self, back))) < _LEAST_CONTRAST
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self
