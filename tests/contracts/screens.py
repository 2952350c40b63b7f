"""Screens of a phone that never was, as somebody would send a picture of them."""

from io import BytesIO

from PIL import Image, ImageDraw

BUTTON = (10.0, 60.0, 80.0, 5.0)
"""Where the button is, as left, top, width and height in hundredths."""
SECRET = (10.0, 20.0, 50.0, 5.0)
"""Where something stands that nobody should see: stripes of SECRET_COLOURS."""
SECRET_COLOURS = ((255, 0, 255), (0, 255, 0))


def screen(width: int = 540, height: int = 1200) -> Image.Image:
    """A page with a bar, a secret and a button."""
    image = Image.new("RGB", (width, height), "#f4f6f8")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, width, height // 12), fill="#8c1a1d")
    left, top, right, bottom = corners(image, SECRET)
    for number, x in enumerate(range(left, right, 4)):
        pen.rectangle((x, top, min(x + 3, right - 1), bottom - 1), fill=SECRET_COLOURS[number % 2])
    pen.rounded_rectangle(corners(image, BUTTON), 24, fill="#0a3d62")
    return image


def corners(image: Image.Image, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """A box in hundredths as pixels: left, top, right, bottom."""
    left, top, width, height = box
    across, down = image.width / 100, image.height / 100
    return round(left * across), round(top * down), round((left + width) * across), round((top + height) * down)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The image as a file of this kind."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as file:
        return file.convert("RGB")


def holds_secret(image: Image.Image) -> bool:
    """Whether a colour of the secret, or nearly, is anywhere on it."""
    return any(
        all(abs(part - wanted) < 60 for part, wanted in zip(colour, secret, strict=True))
        for _, colour in image.getcolors(image.width * image.height) or []
        for secret in SECRET_COLOURS
        if isinstance(colour, tuple)
    )
