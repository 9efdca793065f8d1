#!/usr/bin/env python3
"""Makes the sample files again, the same bytes each time: `python3 regenerate.py` in any directory.

Only the standard library is needed. photo.jpg needs an encoder, so that one is written here: baseline,
no subsampling, the standard Huffman tables (ITU-T T.81, annexes F and K).
"""

import hashlib
import io
import math
import pathlib
import re
import struct
import zipfile
import zlib

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 320, 240


def main():
    rows = scene(WIDTH, HEIGHT)
    write("photo.png", png(rows))
    # Stored lying on its side: EXIF orientation 6 says "turn me by 90 degrees clockwise to see me upright".
    write("photo.jpg", jpeg(turn_left(rows), orientation=6))
    write("table.xlsx", package(XLSX))
    write("report.docx", package(DOCX))
    write("pages.pdf", pdf(PAGES))
    write("form.pdf", pdf(FORM))
    write("locked.pdf", pdf(PAGES, password=b"secret"))
    write("scan.pdf", pdf(scan_of((HERE / "photo.jpg").read_bytes())))


def write(name, content):
    (HERE / name).write_bytes(content)


# --- The picture: a sunset over hills, and a red square in the upper left corner to tell which way is up. ---


def scene(width, height):
    return [[colour(x, y, width, height) for x in range(width)] for y in range(height)]


def colour(x, y, width, height):
    if 16 <= x < 64 and 16 <= y < 64:
        return (220, 30, 40)
    if math.hypot(x - 0.7 * width, y - 0.42 * height) < 34:
        return (255, 214, 92)
    far = 0.62 * height + 14 * math.sin(x / 37) + 6 * math.sin(x / 11)
    near = 0.78 * height + 18 * math.sin(x / 53 + 2)
    if y > near:
        return blend((24, 84, 52), (12, 40, 30), (y - near) / (height - near))
    if y > far:
        return blend((52, 110, 120), (36, 78, 92), (y - far) / (height - far))
    return blend((36, 60, 140), (250, 150, 90), y / (0.7 * height))


def blend(one, other, part):
    part = min(max(part, 0), 1)
    return tuple(round(a + (b - a) * part) for a, b in zip(one, other))


def turn_left(rows):
    """Turns by 90 degrees against the clock."""
    return [list(column) for column in zip(*rows)][::-1]


# --- PNG ---


def png(rows):
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    # Filter 2 (up) suits a picture of horizontal bands.
    above, data = [0] * (3 * len(rows[0])), bytearray()
    for row in rows:
        line = [sample for pixel in row for sample in pixel]
        data.append(2)
        data.extend((a - b) & 255 for a, b in zip(line, above))
        above = line
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(data), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


# --- JPEG ---

ZIGZAG = sorted(range(64), key=lambda i: (i // 8 + i % 8, (i // 8 if (i // 8 + i % 8) % 2 else i % 8)))
QUANTISATION = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
    51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
    120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
]
DC_LENGTHS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
DC_VALUES = bytes(range(12))
AC_LENGTHS = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125]
AC_VALUES = bytes.fromhex(
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738"
    "393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5"
    "a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
COSINES = [[math.cos((2 * x + 1) * u * math.pi / 16) * (math.sqrt(0.125) if u == 0 else 0.5) for x in range(8)]
           for u in range(8)]


def jpeg(rows, orientation):
    table = [max(1, value // 3) for value in QUANTISATION]
    height, width = len(rows), len(rows[0])
    frame = struct.pack(">BHHB", 8, height, width, 3) + bytes([1, 17, 0, 2, 17, 0, 3, 17, 0])
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    huffman = bytes([0, *DC_LENGTHS]) + DC_VALUES + bytes([16, *AC_LENGTHS]) + AC_VALUES
    segments = [
        (0xE1, exif),
        (0xDB, bytes([0, *(table[i] for i in ZIGZAG)])),
        (0xC0, frame),
        (0xC4, huffman),
        (0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])),
    ]
    head = b"".join(bytes([255, kind]) + struct.pack(">H", len(body) + 2) + body for kind, body in segments)
    return b"\xff\xd8" + head + scan(rows, table) + b"\xff\xd9"


def scan(rows, table):
    bits, previous = [], [0, 0, 0]
    dc, ac = codes(DC_LENGTHS, DC_VALUES), codes(AC_LENGTHS, AC_VALUES)
    planes = list(zip(*(zip(*map(ycbcr, row)) for row in rows)))
    for top in range(0, len(rows), 8):
        for left in range(0, len(rows[0]), 8):
            for index, plane in enumerate(planes):
                block = transform([plane[top + y][left : left + 8] for y in range(8)], table)
                bits.append(encode(block, previous[index], dc, ac))
                previous[index] = block[0]
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\0")


def ycbcr(pixel):
    red, green, blue = pixel
    return (
        0.299 * red + 0.587 * green + 0.114 * blue - 128,
        -0.168736 * red - 0.331264 * green + 0.5 * blue,
        0.5 * red - 0.418688 * green - 0.081312 * blue,
    )


def transform(block, table):
    lines = [[sum(line[x] * COSINES[u][x] for x in range(8)) for u in range(8)] for line in block]
    values = [sum(lines[y][u] * COSINES[v][y] for y in range(8)) for v in range(8) for u in range(8)]
    return [round(values[i] / table[i]) for i in ZIGZAG]


def encode(block, previous, dc, ac):
    size, bits = magnitude(block[0] - previous)
    text, zeros = dc[size] + bits, 0
    last = max((i for i in range(64) if block[i]), default=0)
    for value in block[1 : last + 1]:
        if value == 0:
            zeros += 1
            continue
        text += ac[0xF0] * (zeros // 16)
        size, bits = magnitude(value)
        text += ac[zeros % 16 * 16 + size] + bits
        zeros = 0
    return text + (ac[0] if last < 63 else "")


def magnitude(value):
    size = abs(value).bit_length()
    return size, format(value if value > 0 else value + (1 << size) - 1, f"0{size}b") if size else ""


def codes(lengths, values):
    code, table, rest = 0, {}, iter(values)
    for length, count in enumerate(lengths, 1):
        for _ in range(count):
            table[next(rest)] = format(code, f"0{length}b")
            code += 1
        code <<= 1
    return table


# --- Office documents: zip archives of XML ---


def package(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            text = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + content
            archive.writestr(entry, text.encode())
    return buffer.getvalue()


RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
VENDOR = "application/vnd.openxmlformats-officedocument"


def types(overrides):
    return (
        f'<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="/{name}" ContentType="{VENDOR}.{kind}+xml"/>' for name, kind in overrides)
        + "</Types>"
    )


def relations(targets):
    return (
        f'<Relationships xmlns="{RELATIONS}">'
        + "".join(
            f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for i, (kind, target) in enumerate(targets, 1)
        )
        + "</Relationships>"
    )


def cell(place, value, style=0):
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def sheet(rows):
    lines = (
        f'<row r="{y}">' + "".join(cell(f"{'ABCDE'[x]}{y}", *value) for x, value in enumerate(row)) + "</row>"
        for y, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# 45322 is 31 January 2024 in Excel's count of days.
XLSX = {
    "[Content_Types].xml": types(
        [
            ("xl/workbook.xml", "spreadsheetml.sheet.main"),
            ("xl/worksheets/sheet1.xml", "spreadsheetml.worksheet"),
            ("xl/worksheets/sheet2.xml", "spreadsheetml.worksheet"),
            ("xl/styles.xml", "spreadsheetml.styles"),
        ]
    ),
    "_rels/.rels": relations([("officeDocument", "xl/workbook.xml")]),
    "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Orders" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" r:id="rId2"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": relations(
        [("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml"), ("styles", "styles.xml")]
    ),
    "xl/styles.xml": f'<styleSheet xmlns="{SPREADSHEET}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/>'
    '</font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/>'
    '<xf xfId="0" numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet1.xml": sheet(
        [
            [("Item",), ("Price",), ("Number",), ("Ordered",)],
            [("Tea, green",), (4.5,), (12,), (45322, 1)],
            [("Caf\u00e9 cr\u00e8me",), (3.2,), (7,), (45323.75, 1)],
            [("00420",), (0.99,), (100,)],
        ]
    ),
    "xl/worksheets/sheet2.xml": sheet([[("The second sheet",)]]),
}


def paragraph(text, style=None):
    name = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{name}<w:r><w:t>{text}</w:t></w:r></w:p>"


def table(rows):
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    cells = (
        "<w:tr>"
        + "".join(f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{paragraph(text)}</w:tc>' for text in row)
        + "</w:tr>"
        for row in rows
    )
    columns = '<w:gridCol w:w="3000"/>' * len(rows[0])
    return (
        f"<w:tbl><w:tblPr><w:tblBorders>{border}</w:tblBorders></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
        + "".join(cells)
        + "</w:tbl>"
    )


WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCX = {
    "[Content_Types].xml": types(
        [
            ("word/document.xml", "wordprocessingml.document.main"),
            ("word/styles.xml", "wordprocessingml.styles"),
        ]
    ),
    "_rels/.rels": relations([("officeDocument", "word/document.xml")]),
    "word/_rels/document.xml.rels": relations([("styles", "styles.xml")]),
    "word/styles.xml": f'<w:styles xmlns:w="{WORDS}"><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/><w:rPr><w:sz w:val="22"/></w:rPr></w:style><w:style w:type="paragraph" '
    'w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/>'
    '<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style></w:styles>',
    "word/document.xml": f'<w:document xmlns:w="{WORDS}"><w:body>'
    + paragraph("Quarterly report", "Heading1")
    + paragraph("Sales of tea rose by a tenth, and those of coffee by a fifth.")
    + paragraph("The caf\u00e9 in Z\u00fcrich opened in May.")
    + table([("Item", "Sold"), ("Tea", "1,204"), ("Coffee", "3,871")])
    + paragraph("")
    + '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1134" '
    'w:left="1417" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>',
}


# --- PDF: objects by number from 1, of which the first is the catalogue; a stream is a pair ---


def pdf(objects, password=None):
    file, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    identifier = hashlib.md5(b"recast").digest()
    lock, trailer = Lock(password, identifier) if password else None, ""
    for number, value in enumerate(objects, 1):
        places.append(len(file))
        members, content = value if isinstance(value, tuple) else (value, None)
        if lock:
            members = lock.strings(members, number)
        file += b"%d 0 obj\n" % number + members.encode("latin-1")
        if content is not None:
            content = lock.encrypt(content, number) if lock else content
            file[-2:] = b" /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"
        file += b"\nendobj\n"
    if lock:
        places.append(len(file))
        file += b"%d 0 obj\n" % len(places) + lock.dictionary.encode() + b"\nendobj\n"
        trailer = f" /Encrypt {len(places)} 0 R"
    start = len(file)
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    info = " /Info 2 0 R" if "/Title" in str(objects[1]) else ""
    file += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{rows}".encode()
    ids = identifier.hex()
    file += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R{info}{trailer} /ID [<{ids}> <{ids}>] >>\n".encode()
    return bytes(file + f"startxref\n{start}\n%%EOF\n".encode())


class Lock:
    """RC4 with 128 bits (ISO 32000-1, 7.6.3): old, and all over the world."""

    PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    ALLOWED = -4

    def __init__(self, password, identifier):
        padded = (password + self.PADDING)[:32]
        key = self.many(padded)[:16]
        owner = self.rounds(padded, key)
        allowed = struct.pack("<i", self.ALLOWED)
        self.key = self.many(padded + owner + allowed + identifier)[:16]
        user = self.rounds(hashlib.md5(self.PADDING + identifier).digest(), self.key) + bytes(16)
        self.dictionary = (
            f"<< /Filter /Standard /V 2 /R 3 /Length 128 /P {self.ALLOWED} /O <{owner.hex()}> /U <{user.hex()}> >>"
        )

    @staticmethod
    def many(data):
        for _ in range(51):
            data = hashlib.md5(data).digest()
        return data

    @staticmethod
    def rounds(data, key):
        for number in range(20):
            data = rc4(data, bytes(byte ^ number for byte in key))
        return data

    def encrypt(self, data, number):
        salted = self.key + struct.pack("<I", number)[:3] + b"\0\0"
        return rc4(data, hashlib.md5(salted).digest())

    def strings(self, members, number):
        secret = lambda match: f"<{self.encrypt(match[1].encode('latin-1'), number).hex()}>"
        return re.sub(r"\(([^()]*)\)", secret, members)


def rc4(data, key):
    box, j, result = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        result.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(result)


def words(*lines):
    """Lines of text from the top of the page, and a red square in its upper left corner."""
    shown = "".join(f"({line}) Tj 0 -24 Td " for line in lines)
    return "<< >>", f"1 0 0 rg 18 738 36 36 re f 0 g BT /F1 18 Tf 72 690 Td {shown}ET".encode("latin-1")


# Four pages that take their size and fonts from the tree; the third lies on its side, the fourth has Japanese text in
# a font that is not within. Bookmarks by names and by places, a link, and pages called i, ii, 1, 2.
PAGES = [
    "<< /Type /Catalog /Pages 3 0 R /Outlines 10 0 R /Dests 16 0 R /Metadata 19 0 R /Lang (en)"
    " /PageLabels << /Nums [0 << /S /r >> 2 << /S /D >>] >> >>",
    "<< /Title (Tea and coffee) /Author (A. Baker) /Keywords (tea, coffee) /Producer (regenerate.py)"
    " /CreationDate (D:20240131180500+01'00') >>",
    "<< /Type /Pages /Kids [4 0 R 5 0 R] /Count 4 /MediaBox [0 0 612 792] /Resources << /Font <<"
    " /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> /F2 17 0 R >> >> >>",
    "<< /Type /Page /Parent 3 0 R /Contents 6 0 R /Annots [<< /Type /Annot /Subtype /Link /Rect [72 700 200 720]"
    " /Border [0 0 0] /Dest /chapter >>] >>",
    "<< /Type /Pages /Parent 3 0 R /Kids [11 0 R 12 0 R 13 0 R] /Count 3 >>",
    words("First page", "Sales of tea rose by a tenth,", "and those of coffee by a fifth."),
    words("Second page", "The caf\u00e9 in Z\u00fcrich opened in May."),
    words("Third page"),
    words("Fourth page"),
    "<< /Type /Outlines /First 14 0 R /Last 15 0 R /Count 2 >>",
    "<< /Type /Page /Parent 5 0 R /Contents 7 0 R >>",
    "<< /Type /Page /Parent 5 0 R /Contents 8 0 R /Rotate 90 >>",
    "<< /Type /Page /Parent 5 0 R /Contents [9 0 R 18 0 R] >>",
    "<< /Title (Beginning) /Parent 10 0 R /Next 15 0 R /Dest [4 0 R /Fit] /Count -1 /First 20 0 R /Last 20 0 R >>",
    "<< /Title (Chapter) /Parent 10 0 R /Prev 14 0 R /Dest /chapter >>",
    "<< /chapter [12 0 R /Fit] >>",
    "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /UniJIS-UTF16-H /DescendantFonts [<< /Type /Font"
    " /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1)"
    " /Supplement 4 >> /FontDescriptor << /Type /FontDescriptor /FontName /HeiseiMin-W3 /Flags 4 /ItalicAngle 0"
    " /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 /FontBBox [-123 -257 1001 910] >> >>] >>",
    ("<< >>", b"BT /F2 18 Tf 72 600 Td <65e5672c8a9e> Tj ET"),
    (
        "<< /Type /Metadata /Subtype /XML >>",
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        b' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        b' xmp:CreatorTool="a text editor"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Tea and coffee</rdf:li>'
        b'</rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
    ),
    "<< /Title (Below the beginning) /Parent 14 0 R /Dest [11 0 R /Fit] >>",
]

# One page with a field to fill in.
FORM = [
    "<< /Type /Catalog /Pages 3 0 R /AcroForm << /Fields [5 0 R] /DA (/Helv 12 Tf 0 g)"
    " /DR << /Font << /Helv 6 0 R >> >> >> >>",
    "<< /Title (A form) >>",
    "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 3 0 R /MediaBox [0 0 300 200] /Annots [5 0 R] /Contents 7 0 R"
    " /Resources << /Font << /F1 6 0 R >> >> >>",
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Ada) /Rect [100 90 250 110] /P 4 0 R /F 4"
    " /AP << /N 8 0 R >> >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ("<< >>", b"BT /F1 12 Tf 50 95 Td (Name:) Tj ET"),
    (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 150 20] /Resources << /Font << /Helv 6 0 R >> >> >>",
        b"/Tx BMC BT /Helv 12 Tf 0 g 2 5 Td (Ada) Tj ET EMC",
    ),
]


def scan_of(photo):
    """A page that is one picture, as scanners make them: upright, at 300 pixels an inch, and large."""
    size = f"/Width {HEIGHT} /Height {WIDTH}"
    return [
        "<< /Type /Catalog /Pages 3 0 R >>",
        "<< /Title (A scan) >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 3 0 R /MediaBox [0 0 57.6 76.8] /Contents 6 0 R"
        " /Resources << /XObject << /Im0 5 0 R >> >> >>",
        (f"<< /Type /XObject /Subtype /Image {size} /ColorSpace /DeviceRGB /BitsPerComponent 8"
         " /Filter /DCTDecode >>", photo),
        ("<< >>", b"q 57.6 0 0 76.8 0 0 cm /Im0 Do Q"),
    ]


if __name__ == "__main__":
    main()
