"""The Word file keeps to the order of elements that ISO/IEC 29500-1 (annex A) prescribes: Word is strict about it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from small_report import small

from huoyue.report.render import render

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
)
RUN = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang "
    "eastAsianLayout specVanish oMath"
)
ORDERS = {
    name: order.split()
    for name, order in {
        "pPr": PARAGRAPH,
        "rPr": RUN,
        "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
        "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
        "tblBorders": "top left start bottom right end insideH insideV",
        "tblCellMar": "top left start bottom right end",
        "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar vAlign hideMark",
        "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
        "tc": "tcPr p",
        "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
        "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
        "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat "
        "locked rsid pPr rPr tblPr trPr tcPr tblStylePr",
        "styles": "docDefaults latentStyles style",
        "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId lvlJc pPr rPr",
        "abstractNum": "nsid multiLevelType tmpl name styleLink numStyleLink lvl",
        "numbering": "numPicBullet abstractNum num",
        "font": "altName panose1 charset family notTrueType pitch sig embedRegular",
        "settings": "writeProtection view zoom removePersonalInformation mirrorMargins updateFields defaultTabStop "
        "evenAndOddHeaders drawingGridHorizontalSpacing characterSpacingControl footnotePr endnotePr compat docVars "
        "rsids themeFontLang clrSchemeMapping decimalSymbol listSeparator",
    }.items()
}
"""Element -> the elements it may hold, in their order."""


@pytest.fixture(scope="module", params=["zh", "en"])
def parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ElementTree.Element]:
    folder = tmp_path_factory.mktemp("report")
    render(small(), folder, request.param, ["docx"])
    with zipfile.ZipFile(folder / Path("report.docx")) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/") and name.endswith(".xml")]
        return {name: ElementTree.fromstring(archive.read(name)) for name in names}


def disordered(root: ElementTree.Element) -> Iterator[str]:
    for element in root.iter():
        name = element.tag.removeprefix(W)
        if name in ORDERS:
            children = [child.tag.removeprefix(W) for child in element]
            unknown = sorted(set(children) - set(ORDERS[name]))
            places = [ORDERS[name].index(child) for child in children if child not in unknown]
            if unknown or places != sorted(places):
                yield f"{name}: {' '.join(children)}"


def test_elements_stand_in_the_order_of_the_standard(parts: dict[str, ElementTree.Element]) -> None:
    assert {name: set(disordered(root)) for name, root in parts.items()} == {name: set() for name in parts}


def test_every_style_numbering_and_bookmark_that_is_used_is_there(parts: dict[str, ElementTree.Element]) -> None:
    body = parts["word/document.xml"]
    styles = {style.get(f"{W}styleId") for style in parts["word/styles.xml"].iter(f"{W}style")}
    used = {node.get(f"{W}val") for kind in ("pStyle", "rStyle", "tblStyle") for node in body.iter(f"{W}{kind}")}
    assert used - styles == set()
    numbers = {number.get(f"{W}numId") for number in parts["word/numbering.xml"].iter(f"{W}num")}
    none = {"0"}  # takes a paragraph out of a list
    assert {node.get(f"{W}val") for node in body.iter(f"{W}numId")} - numbers - none == set()
    marks = [node.get(f"{W}name") for node in body.iter(f"{W}bookmarkStart")]
    assert len(marks) == len(set(marks))
    asked = [str(node.text).split()[1] for node in body.iter(f"{W}instrText") if "REF " in str(node.text)]
    assert set(asked) - set(marks) == set()
    begun, ended = ([n.get(f"{W}id") for n in body.iter(f"{W}bookmark{end}")] for end in ("Start", "End"))
    assert sorted(map(str, begun)) == sorted(map(str, ended))
