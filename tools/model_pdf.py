"""The model's page as a PDF: `python tools/model_pdf.py [FILE]`, default build/model.pdf. The same page gives the same bytes."""

import logging
import sys
from pathlib import Path

from markdown_it import MarkdownIt

DOCS = Path(__file__).resolve().parents[1] / "docs"
STYLE = """
@page { size: A4; margin: 16mm 15mm 18mm; @bottom-left { content: "Taftan: the model"; font: 7pt "DejaVu Sans"; color: #57606a; }
        @bottom-right { content: counter(page) " of " counter(pages); font: 7pt "DejaVu Sans"; color: #57606a; } }
html { font: 8.6pt/1.45 "DejaVu Sans", sans-serif; color: #1f2328; }
h1 { font-size: 19pt; margin: 0 0 6mm; } h2 { font-size: 13pt; margin: 8mm 0 2mm; border-bottom: .6pt solid #c9ced6; }
h3 { font-size: 10pt; margin: 5mm 0 1mm; }
h2, h3 { break-after: avoid; } p { margin: 0 0 2mm; } a { color: #0b5394; text-decoration: none; }
code { font: 7.6pt "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: #f3f4f6; padding: 2mm; white-space: pre-wrap; break-inside: avoid; } pre code { font-size: 7pt; }
table { border-collapse: collapse; width: 100%; font-size: 6.9pt; line-height: 1.3; margin: 1mm 0 3mm; } thead { display: table-header-group; }
th, td { text-align: left; vertical-align: top; padding: .7mm 1.6mm .7mm 0; border-bottom: .4pt solid #c9ced6; overflow-wrap: break-word; }
td code { font-size: 6.4pt; } td:first-child { min-width: 36mm; } tr { break-inside: avoid; } img { max-width: 100%; max-height: 240mm; }
"""


def html(page: str) -> str:
    """The page as HTML."""
    body = MarkdownIt("commonmark", {"html": True}).enable("table").render(page)
    head = f'<meta charset="utf-8"><title>Taftan: the model</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def pdf(page: str | None = None) -> bytes:
    """The page, or another text, as PDF."""
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    import weasyprint

    page = page or (DOCS / "model.md").read_text(encoding="utf-8")
    return bytes(weasyprint.HTML(string=html(page), base_url=f"{DOCS}/").write_pdf())


def main(arguments: list[str]) -> int:
    """Write it."""
    target = Path(arguments[0]) if arguments else DOCS.parent / "build" / "model.pdf"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(pdf())
    print(f"Written: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
