"""Writes what ``test_stages.py`` holds the stages to: ``python -m tests.golden.make_stages``.

Run it after a change that is meant, with the reason in the commit. The images are drawn and the templates extracted
only where they are missing, so that a changed stage does not change what those after it start from.
"""

from __future__ import annotations

import json

import cv2

from matcher import RidgeExtractor, encode_template
from tests.golden.stage_products import FOLDER, PRINTS, drawn, products, stored_image


def main() -> None:
    """Write everything."""
    FOLDER.mkdir(exist_ok=True)
    for name in PRINTS:
        picture, template = FOLDER / f"{name}.png", FOLDER / f"{name}.template"
        if not picture.exists():
            picture.write_bytes(cv2.imencode(".png", drawn(name).pixels)[1].tobytes())
        if not template.exists():
            template.write_bytes(encode_template(RidgeExtractor().extract(stored_image(name))))
    text = json.dumps(products(), separators=(",", ":"))
    # One stage a line, so that a difference names it.
    lines = text.replace('},"', '},\n"').replace(']],"', ']],\n"')
    (FOLDER / "stages.json").write_text(f"{lines}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
