"""Pictures as cameras and phones make them: with where they were taken beside them, and lying on their side."""

from functools import cache
from io import BytesIO

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

PLACE = "21.0285N 105.8542E"
CAMERA = "Dien thoai cua bac Tam"
ON_ITS_SIDE = 6
FORMS = ("JPEG", "PNG", "WEBP")
_ENDINGS = {"png": "PNG", "webp": "WEBP"}


def taken(form: str, turned: int = ON_ITS_SIDE) -> bytes:
    """A picture whose left half is red, that says where it was taken in every way its form has."""
    image = Image.new("RGB", (64, 32), "white")
    image.paste("red", (0, 0, 32, 32))
    exif = Image.Exif()
    exif[Base.Orientation] = turned
    exif[Base.Model] = CAMERA
    exif[Base.ImageDescription] = PLACE
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (21.0, 1.0, 42.6)})
    file = BytesIO()
    more = {"xmp": f"<x>{PLACE}</x>".encode()} if form != "PNG" else {}
    text = PngInfo()
    text.add_text("Comment", PLACE)
    text.add_itxt("XML:com.adobe.xmp", f"<x>{PLACE}</x>")
    image.save(file, form, exif=exif, **(more | ({"pnginfo": text} if form == "PNG" else {})))
    return file.getvalue()


@cache
def behind(address: str) -> bytes:
    """What a phone sent to this address, by how it ends: a JPEG where it says nothing else."""
    return taken(_ENDINGS.get(address.rpartition(".")[2], "JPEG"))


def tells(content: bytes) -> list[str]:
    """What a picture says beside what it shows; which way up it is does not count."""
    with Image.open(BytesIO(content)) as image:
        image.load()
        exif = image.getexif()
        found = [str(Base(tag).name) for tag in exif if tag != Base.Orientation]
        found += ["GPS"] if exif.get_ifd(IFD.GPSInfo) else []
        found += [str(name) for name in image.info if name in ("xmp", "Comment", "comment", "XML:com.adobe.xmp")]
    return found + [word for word in (PLACE, CAMERA) if word.encode() in content]


def turned(content: bytes) -> int:
    """The orientation that a picture tells."""
    with Image.open(BytesIO(content)) as image:
        return int(image.getexif().get(Base.Orientation, 1))


def pixels(content: bytes) -> bytes:
    """What a picture shows."""
    with Image.open(BytesIO(content)) as image:
        return image.convert("RGB").tobytes()
