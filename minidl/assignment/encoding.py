"""Whether a file that was handed in is text that Python takes, and what to do where it is not."""

import codecs
import io
import tokenize

MARKS = (  # the longer first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def unreadable(name, data):
    """Return in words why a file cannot be read as a program, or "" if it can.

    Marks at the beginning (BOM), ends of lines and encodings that a comment declares are taken as
    Python takes them.

    Examples
    --------
    >>> unreadable("layers.py", "x = 1".encode("utf-16"))
    'layers.py is UTF-16; save it as UTF-8'
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return f"{name} is {encoding}; save it as UTF-8"
    if data.startswith(b"PK\x03\x04"):
        return f"{name} is a zip and no text; hand in the file that is in it"
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        wide = data[1::2].count(0) > len(data) // 4 or data[::2].count(0) > len(data) // 4
        what = "is UTF-16" if wide else f"holds a zero byte in line {line}"
        return f"{name} {what}; save it as UTF-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        data.decode(encoding)
    except SyntaxError as error:  # an unknown encoding is declared, or none and it is not UTF-8
        return _not_utf8(name, data) or f"{name}: {error.msg or error}; save it as UTF-8"
    except UnicodeDecodeError:
        return _not_utf8(name, data) or f"{name} is not in the encoding that it declares"
    return ""


def _not_utf8(name, data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = data[error.start]
        return f"{name} is not UTF-8: byte 0x{byte:02x} in line {line}; save it as UTF-8"
    return ""
