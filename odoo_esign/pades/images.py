"""Images people upload or draw: measured before they are decoded, and made into a plain PNG."""

import io
import struct
import warnings
import zlib

from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from .errors import ImageRefused

FORMATS = ('PNG', 'JPEG', 'GIF', 'WEBP')
WHITE = (255, 255, 255)
MARGIN = 4
"""White pixels kept around a trimmed image."""

VISIBLE = 12
"""How much darker than white (of 255) a pixel must be to count as drawn."""

_PNG_MAGIC = b'\x89PNG\r\n\x1a\n'


def prepare_image(
    data: bytes,
    *,
    max_pixels: int = 10_000_000,
    max_bytes: int = 5_000_000,
    target: tuple[int, int] = (1200, 480),
) -> bytes:
    """Return an opaque RGB PNG on white, trimmed to what is drawn, within `target` pixels.

    The format is told by content: PNG, JPEG, GIF (first frame) or WebP. Nothing of the original
    but its pixels survives. Raises ImageRefused with the code too_big, format, too_many_pixels,
    broken or blank.
    """
    data = bytes(data)
    if len(data) > max_bytes:
        raise ImageRefused(f'the image has more than {max_bytes} bytes', 'too_big')
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # Pillow warns at its own limit; ours is below it
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise ImageRefused('the image has too many pixels', 'too_many_pixels') from None
    except UnidentifiedImageError:
        raise ImageRefused('not a PNG, JPEG, GIF or WebP image', 'format') from None
    except Exception:
        raise ImageRefused('the image is damaged', 'broken') from None
    width, height = picture.size
    if width * height > max_pixels or not width or not height:
        raise ImageRefused(f'the image has more than {max_pixels} pixels', 'too_many_pixels')
    try:
        picture = _on_white(picture)
    except Exception:  # decoders raise what they like on damaged data
        raise ImageRefused('the image is damaged', 'broken') from None
    picture = _trimmed(picture)
    picture.thumbnail(target, Image.Resampling.LANCZOS)
    output = io.BytesIO()
    picture.save(output, 'PNG', optimize=False, compress_level=6)
    return output.getvalue()


def _on_white(picture):
    picture.load()
    # Telephones store pictures lying down, with a note how to turn them.
    picture = ImageOps.exif_transpose(picture)
    if picture.mode == 'RGB' and 'transparency' not in picture.info:
        picture.info = {}  # what is kept there is written along: profiles, notes, places
        return picture
    picture = picture.convert('RGBA')
    opaque = Image.new('RGB', picture.size, WHITE)
    opaque.paste(picture, mask=picture.getchannel('A'))
    return opaque


def _trimmed(picture):
    if all(low == high for low, high in picture.getextrema()):
        raise ImageRefused('the image is blank', 'blank')
    difference = ImageChops.difference(picture, Image.new('RGB', picture.size, WHITE))
    box = difference.convert('L').point(lambda value: 255 if value > VISIBLE else 0).getbbox()
    if box is None:
        raise ImageRefused('the image is blank', 'blank')
    left, upper, right, lower = box
    width, height = picture.size
    return picture.crop(
        (
            max(left - MARGIN, 0),
            max(upper - MARGIN, 0),
            min(right + MARGIN, width),
            min(lower + MARGIN, height),
        )
    )


def image_object(png: bytes) -> tuple[generic.StreamObject, int, int]:
    """Return the PDF image of an opaque PNG, with its width and height in pixels.

    What prepare_image made is taken over as it is: PDF knows PNG's compression (ISO 32000-1,
    7.4.4.4). Anything else is prepared first; raises ImageRefused.
    """
    png = bytes(png)
    header = _plain_header(png)
    if header is None:
        png = prepare_image(png)
        header = _plain_header(png)
    width, height = header
    parameters = {'/Predictor': 15, '/Colors': 3, '/BitsPerComponent': 8, '/Columns': width}
    entries = {
        '/Type': pdf_name('/XObject'),
        '/Subtype': pdf_name('/Image'),
        '/Width': generic.NumberObject(width),
        '/Height': generic.NumberObject(height),
        '/ColorSpace': pdf_name('/DeviceRGB'),
        '/BitsPerComponent': generic.NumberObject(8),
        '/Filter': pdf_name('/FlateDecode'),
        '/DecodeParms': generic.DictionaryObject(
            {pdf_name(key): generic.NumberObject(value) for key, value in parameters.items()}
        ),
    }
    content = generic.DictionaryObject({pdf_name(key): value for key, value in entries.items()})
    return generic.StreamObject(content, encoded_data=_image_data(png)), width, height


def _plain_header(png):
    """Return (width, height) of an 8-bit RGB PNG without interlacing, else None."""
    if png[:8] != _PNG_MAGIC or png[12:16] != b'IHDR':
        return None
    width, height, *rest = struct.unpack('>IIBBBBB', png[16:29])
    return (width, height) if rest == [8, 2, 0, 0, 0] else None


def _image_data(png):
    position, parts = 8, []
    while position + 8 <= len(png):
        size, kind = struct.unpack('>I4s', png[position : position + 8])
        content = png[position + 8 : position + 8 + size]
        if struct.pack('>I', zlib.crc32(kind + content)) != png[position + 8 + size :][:4]:
            raise ImageRefused('the image is damaged', 'broken')
        if kind == b'IDAT':
            parts.append(content)
        position += 12 + size
    return b''.join(parts)
