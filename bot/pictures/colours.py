"""The colours of pictures. What stands on what has a contrast of at least 4.5 to 1."""

PAGE = "#DDE5EC"
"""Around the phone."""
BODY = "#15191D"
"""The phone itself."""
SCREEN = "#FFFFFF"
INK = "#14181C"
GLOSS = "#3D4852"
"""Words in English below what stands on the phone."""
LINE = "#6B7782"
PALE = "#EEF2F6"
KEY = "#0A3D62"
ON_KEY = "#FFFFFF"
NOTICE = "#FDF0CF"
GOOD = "#14632F"
DARK = "#22282E"
"""What a camera looks at."""
RING = "#D00000"
"""Around what is to be tapped."""
BADGE = "#0A3D62"
SKIN = "#F6C9A0"

ON_PICTURES = (
    (INK, SCREEN),
    (GLOSS, SCREEN),
    (INK, PALE),
    (GLOSS, PALE),
    (INK, NOTICE),
    (GLOSS, NOTICE),
    (KEY, SCREEN),
    (ON_KEY, KEY),
    (GOOD, SCREEN),
    (SCREEN, DARK),
    (SCREEN, BADGE),
    (RING, SCREEN),
)
"""What stands on what; and white on the bar of every app."""


def contrast(one: str, other: str) -> float:
    """How far two colours are apart in brightness, from 1 to 21, as WCAG 2 counts it."""
    dark, light = sorted((_brightness(one), _brightness(other)))
    return (light + 0.05) / (dark + 0.05)


def _brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
