"""From a report's page to sheets of paper: a PDF, the same bytes every time, and figures made as tall as two sheets allow."""

import logging
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib

from sim.report.report import Report

SHEETS = 2
FIRST, OTHERS = (140.0, 125.0, 110.0, 95.0, 80.0, 65.0), (125.0, 110.0, 95.0, 80.0, 65.0)
"""Heights of the first figure and of the others that are tried, in mm; then fewer figures."""
WITHOUT_PDF = (110.0, 80.0)
"""Heights where nothing can be measured."""
WHY_NOT = (
    "No PDF was made: WeasyPrint cannot find Pango, a library of the system (Debian, Ubuntu: apt-get install libpangoft2-1.0-0; "
    "macOS: brew install pango). The page prints on as many sheets from any browser."
)


class Sheets(NamedTuple):
    """A report as a page, and as a PDF of so many sheets where one could be made."""

    html: str
    pdf: bytes | None = None
    sheets: int | None = None


def laid_out(report: Report, identifier: str, full: bool) -> Sheets:
    """The page, and its PDF where one can be made; a report that is not full fits on two sheets."""
    press, count = _press(), len(report.figures)
    if press is None:
        return Sheets(report.html(_heights(*WITHOUT_PDF, count)))
    heights = _heights(FIRST[0], OTHERS[0], count) if full else _fitting(press, report)
    html = report.html(heights)
    document = _document(press, html)
    return Sheets(html, document.write_pdf(pdf_identifier=identifier.encode()), len(document.pages))


def _fitting(press: Any, report: Report) -> list[float]:
    """Heights with which all fits on the sheets: figures as large as can be; else fewer of them."""
    for figures in range(len(report.figures), -1, -1):
        tried = [_heights(first, min(first, others), figures) for first, others in product(FIRST, OTHERS)]
        for heights in sorted(tried, key=lambda heights: sum(report.widths(heights)), reverse=True):
            if len(_document(press, report.html(heights, blank=True)).pages) <= SHEETS:
                return heights
    return []


def _heights(first: float, others: float, figures: int) -> list[float]:
    return [first, *[others] * (figures - 1)][:figures]


def _press() -> Any:
    """WeasyPrint; None where a library of the system is missing."""
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    try:
        import weasyprint
    except OSError:
        return None
    return weasyprint


def _document(press: Any, html: str) -> Any:
    """The sheets, set in the typeface of the figures, which comes with Matplotlib and looks the same everywhere."""
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    faces = [("DejaVu Sans", "DejaVuSans", "normal"), ("DejaVu Sans", "DejaVuSans-Bold", "bold"), ("DejaVu Sans Mono", "DejaVuSansMono", "normal")]
    text = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("{(folder / f"{file}.ttf").as_uri()}"); }}'
        for family, file, weight in faces
    )
    sheet = press.CSS(string=text, font_config=fonts)
    return press.HTML(string=html, base_url=None).render(stylesheets=[sheet], font_config=fonts)
