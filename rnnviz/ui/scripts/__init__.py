"""Short scripts that several drawings share, and how a drawing is put together from them."""

import zlib
from pathlib import Path

SCRIPTS = Path(__file__).parent


def joined(*files: Path) -> str:
    """Several files as one, in this order."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def marked(script: str) -> str:
    """By which a picture finds its script, and not an older one in a tab that outlived the server."""
    return f"{zlib.crc32(script.encode()):08x}"
