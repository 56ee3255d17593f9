"""Text of a PDF, read in a process of its own with bounds on time and memory: a hostile file stops that one only.

Run as a program it prints pages, text and flaw of the file that it is given; nothing of the portal is imported there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SECONDS = 30
MEMORY = 1024 * 1024 * 1024
MOST_PAGES = 2000
SCANNED = 5
"""Letters on a page below which it counts as a picture: a scanner's stamp, or numbers of pages, are no text."""
MOST_BYTES = 400_000
"""Of text, in UTF-8: what PostgreSQL can index in one piece (1 MiB of words with their places), with room to spare."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a file says. `flaw`: why there is no text, in words to act on; `cut`: there is more than is kept."""

    text: str = ""
    pages: int = 0
    flaw: str = ""
    cut: bool = False


def storable(text: str) -> Text:
    """Text as PostgreSQL can hold and index it."""
    text = text.encode("utf-8", "replace").decode()
    # A font without a table of its letters leaves control characters behind, mostly for a blank.
    text = re.sub(r"[ \x00-\x09\x0b-\x1f]+", " ", re.sub(r"(\w)[-\u00ad]\n(?=[a-z])", r"\1", text)).strip()
    raw = text.encode()
    return Text(raw[:MOST_BYTES].decode("utf-8", "ignore"), cut=len(raw) > MOST_BYTES)


def text_of_pdf(path: Path) -> Text:
    """The text of a PDF. It never raises for what is wrong with the file."""
    command = [sys.executable, "-I", str(Path(__file__).resolve()), str(path)]
    environment = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return Text(flaw="Reading it took too long and was stopped.")
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return Text(flaw="It is damaged, or needs more memory to be read than one file may take.")
    if found["flaw"]:
        return Text(pages=found["pages"], flaw=found["flaw"])
    kept = storable(found["text"])
    if sum(letter.isalnum() for letter in kept.text) < SCANNED * found["pages"]:
        return Text(pages=found["pages"])
    return Text(kept.text, pages=found["pages"], cut=kept.cut)


def text_of_plain(path: Path) -> Text:
    """The text of a text file, in the encodings that are met."""
    raw = path.read_bytes()
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return storable(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return Text(flaw="It is in no encoding that can be read. Save it as UTF-8.")


def _read(path: str) -> dict[str, object]:
    import logging  # noqa: PLC0415 - the program's own imports

    from pypdf import PdfReader  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    pages, parts, size = 0, [], 0
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"pages": 0, "text": "", "flaw": "It is locked with a password. Attach a copy without one."}
        pages = len(reader.pages)
        for page in reader.pages[:MOST_PAGES]:
            parts.append(page.extract_text() or "")
            size += len(parts[-1])
            if size > 2 * MOST_BYTES:
                break
    except Exception as error:
        if not any(part.strip() for part in parts):
            flaw = f"It is damaged and cannot be read ({type(error).__name__})."
            return {"pages": pages, "text": "", "flaw": flaw}
    return {"pages": pages, "text": "\n\n".join(parts), "flaw": ""}


def _main() -> None:
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    print(json.dumps(_read(sys.argv[1])))


if __name__ == "__main__":
    _main()
