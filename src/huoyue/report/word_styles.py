"""Styles, fonts, numbering and settings of the Word report: GB/T 9704-2012 for Chinese, the same measures in English."""

from __future__ import annotations

from huoyue.report.word_marks import NUMBER_STYLE
from huoyue.report.word_xml import HEAD, NAMESPACES

FONTS = {
    "title": "方正小标宋简体",
    "black": "黑体",
    "kai": "楷体",
    "body": "仿宋",
    "song": "宋体",
}
FALLBACKS = {
    "方正小标宋简体": "FZXiaoBiaoSong-B05S,宋体,SimSun,Noto Serif CJK SC",
    "黑体": "SimHei,Noto Sans CJK SC",
    "楷体": "KaiTi,楷体_GB2312,STKaiti,Noto Serif CJK SC",
    "仿宋": "FangSong,仿宋_GB2312,STFangsong,Noto Serif CJK SC",
    "宋体": "SimSun,Noto Serif CJK SC",
    "Times New Roman": "Liberation Serif",
}
BODY_LINE = 570
"""Fixed line pitch in twentieths of a point: 28.5 pt gives 22 lines on a page (GB/T 9704-2012, 5.2.3)."""


def font(name: str) -> str:
    return f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{FONTS[name]}" w:cs="Times New Roman"/>'


def style(
    name: str, title: str, paragraph: str, text: str, *, based: str = "Normal", following: str = "", quick: bool = True
) -> str:
    """A paragraph style; `paragraph` and `text` are its properties in schema order."""
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    after = f'<w:next w:val="{following}"/>' if following else ""
    default = ' w:default="1"' if name == "Normal" else ""
    shown = "<w:qFormat/>" if quick else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{title}"/>{parent}{after}{shown}'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{text}</w:rPr></w:style>"
    )


def size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def line(twentieths: int, rule: str = "exact", before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{twentieths}" w:lineRule="{rule}"/>'


def heading(level: int, face: str, bold: bool) -> str:
    """A real heading style, in the outline and in the numbered list of headings."""
    lists = f'<w:keepNext/><w:keepLines/><w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="1"/></w:numPr>'
    placed = lists + line(BODY_LINE) + f'<w:outlineLvl w:val="{level - 1}"/>'
    text = font(face) + ("<w:b/><w:bCs/>" if bold else "") + size(32)
    return style(f"Heading{level}", f"heading {level}", placed, text, following="BodyText")


def styles(lang: str) -> str:
    """styles.xml. The body is 仿宋 16 pt; tables are 宋体 10.5 pt."""
    two_signs = '<w:ind w:firstLine="640" w:firstLineChars="200"/>' if lang == "zh" else ""
    justified = '<w:jc w:val="both"/>'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{font('body')}{size(32)}"
        f'<w:lang w:val="{"en-GB" if lang == "en" else "en-US"}" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    centred = '<w:jc w:val="center"/>'
    tabs = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="8844"/></w:tabs>'
    all_styles = [
        style("Normal", "Normal", '<w:widowControl/>', "", based=""),
        style("BodyText", "Body Text", line(BODY_LINE, after=0 if lang == "zh" else 120) + two_signs + justified, ""),
        style("Title", "Title", line(680, before=2800, after=240) + centred, font("title") + size(44)),
        style("Subtitle", "Subtitle", line(BODY_LINE, after=240) + centred, font("kai") + size(32)),
        style("Issuer", "Issuer", line(BODY_LINE, before=4200) + centred, font("body") + size(32)),
        style("CoverDate", "Cover Date", line(BODY_LINE, before=240) + centred, font("body") + size(32)),
        heading(1, "black", lang == "en"), heading(2, "kai", lang == "en"), heading(3, "body", True), heading(4, "body", False),
        style("ListParagraph", "List Paragraph", line(BODY_LINE) + justified, "", based="Normal"),
        style("Caption", "caption", line(400, before=120, after=60) + centred, font("black") + size(24), following="BodyText"),
        style("Figure", "Figure", "<w:keepNext/>" + line(240, "auto", before=120) + centred, size(21)),
        style("TableText", "Table Text", line(300, "atLeast"), font("song") + size(21)),
        style("TableHead", "Table Head", "<w:keepNext/>" + line(300, "atLeast"), font("black") + size(21)),
        style("AfterTable", "After Table", line(200), size(12), quick=False),
        style("TOCHeading", "TOC Heading", line(680, after=240) + centred, font("black") + size(36), following="BodyText"),
        style("TOC1", "toc 1", tabs + line(520), font("black") + size(28), quick=False),
        style("TOC2", "toc 2", tabs + line(460) + '<w:ind w:left="560"/>', font("body") + size(28), quick=False),
        style("Footer", "footer", line(300, "atLeast"), font("song") + size(28), quick=False),
    ]  # fmt: skip
    number = (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{NUMBER_STYLE}"><w:name w:val="Report Number"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
    )
    border = "".join(f'<w:{side} w:val="single" w:sz="{thick}" w:space="0" w:color="{colour}"/>' for side, thick, colour in (
        ("top", 8, "222222"), ("bottom", 8, "222222"), ("insideH", 4, "B8BEC4"),
    ))  # fmt: skip
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        '<w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="ReportTable"><w:name w:val="Report Table"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{border}</w:tblBorders><w:tblCellMar>'
        '<w:top w:w="30" w:type="dxa"/><w:left w:w="70" w:type="dxa"/><w:bottom w:w="30" w:type="dxa"/>'
        '<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>'
        '<w:bottom w:val="single" w:sz="6" w:space="0" w:color="222222"/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>'
    )
    return f"{HEAD}<w:styles {NAMESPACES}>{defaults}{''.join(all_styles)}{number}{table}</w:styles>"


def font_table() -> str:
    """fontTable.xml: what to use where a named font is missing."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in FALLBACKS.items()
    )
    return f"{HEAD}<w:fonts {NAMESPACES}>{fonts}</w:fonts>"


def settings(lang: str) -> str:
    """settings.xml: page numbers differ on left and right pages; nothing asks the reader to update fields."""
    theme = (
        '<w:themeFontLang w:val="en-GB" w:eastAsia="zh-CN"/>'
        if lang == "en"
        else '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
    )
    compat = (
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat>'
    )
    return (
        f'{HEAD}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        f'<w:characterSpacingControl w:val="compressPunctuation"/>{compat}{theme}</w:settings>'
    )


def numbering(lang: str, ordered: int) -> str:
    """numbering.xml: the list of headings (1), bullets (2), and one list for each numbered list of the text."""
    forms = {
        "zh": (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimal", "（%4）")),
        "en": (("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3"), ("decimal", "%1.%2.%3.%4")),
    }[lang]
    indent = (
        '<w:ind w:left="0" w:firstLine="640" w:firstLineChars="200"/>'
        if lang == "zh"
        else '<w:ind w:left="0" w:firstLine="0"/>'
    )
    gap = "nothing" if lang == "zh" else "space"
    levels = "".join(level(at, kind, text, indent, gap, f"Heading{at + 1}") for at, (kind, text) in enumerate(forms))
    hanging = '<w:ind w:left="640" w:hanging="320"/>'
    abstract = (
        f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="hybridMultilevel"/>{level(0, "bullet", "•", hanging)}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="3"><w:multiLevelType w:val="hybridMultilevel"/>{level(0, "decimal", "%1.", hanging)}</w:abstractNum>'
    )
    fixed = "".join(f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>' for at in (1, 2))
    own = "".join(
        f'<w:num w:numId="{at + 3}"><w:abstractNumId w:val="3"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
        for at in range(ordered)
    )
    return f"{HEAD}<w:numbering {NAMESPACES}>{abstract}{fixed}{own}</w:numbering>"


def level(at: int, kind: str, text: str, indent: str, gap: str = "tab", linked: str = "") -> str:
    named = f'<w:pStyle w:val="{linked}"/>' if linked else ""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{named}<w:suff w:val="{gap}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr>{indent}</w:pPr></w:lvl>'
    )
