"""Images people upload or draw: measured before they are decoded, and made into a plain PNG."""

import io
import struct
import warnings
import zlib

from PIL import Image, ImageOps, UnidentifiedImageError
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
_PLAIN = (8, 2, 0, 0, 0)
"""What a PNG's header says of 8-bit RGB without interlacing."""

_IS_DRAWN = [255 if value < 255 - VISIBLE else 0 for value in range(256)]


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
    return _plain_png(picture)


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
    gray = picture.convert('L')
    lowest, highest = gray.getextrema()
    box = gray.point(_IS_DRAWN).getbbox()
    if box is None or lowest == highest:
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


def _plain_png(picture):
    """Return an RGB picture as a PNG whose lines are not filtered (PNG, 12.8).

    Pillow tries five filters for each line; for what is drawn on white that takes twice as long
    and saves nothing. Photographs it makes smaller, though.
    """
    width, height = picture.size
    pixels, row = picture.tobytes(), 3 * width
    lines = b''.join(b'\0' + pixels[at : at + row] for at in range(0, len(pixels), row))
    packed = zlib.compress(lines, 6)
    if len(packed) > len(pixels) // 8:
        output = io.BytesIO()
        picture.save(output, 'PNG', optimize=False, compress_level=6)
        return output.getvalue()
    header = struct.pack('>IIBBBBB', width, height, *_PLAIN)
    chunks = ((b'IHDR', header), (b'IDAT', packed), (b'IEND', b''))
    return _PNG_MAGIC + b''.join(
        struct.pack('>I', len(content)) + kind + content + struct.pack('>I', _crc(kind, content))
        for kind, content in chunks
    )


def _crc(kind, content):
    return zlib.crc32(content, zlib.crc32(kind))


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
    return (width, height) if tuple(rest) == _PLAIN else None


def _image_data(png):
    position, parts = 8, []
    while position + 8 <= len(png):
        size, kind = struct.unpack('>I4s', png[position : position + 8])
        content = png[position + 8 : position + 8 + size]
        if struct.pack('>I', _crc(kind, content)) != png[position + 8 + size :][:4]:
            raise ImageRefused('the image is damaged', 'broken')
        if kind == b'IDAT':
            parts.append(content)
        position += 12 + size
    return b''.join(parts)
