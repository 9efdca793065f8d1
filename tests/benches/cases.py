"""What is measured, with what, and how the results are compared."""

import os
from dataclasses import dataclass

import evidence
from measure import Lines, Program
from samples import Samples

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Case:
    """Several ways to do one thing, Recast's first, and what is said of two results."""

    name: str
    commands: list
    evidence: object


class Way:
    """A way to make a file of this name."""

    def __init__(self, kind, file, argv):
        self.kind, self.file, self.argv = kind, file, argv

    def __call__(self, output):
        argv = [part.replace("{out}", output).replace("{dir}", os.path.dirname(output)) for part in self.argv]
        return self.kind(argv)


def cases(folder, ours):
    samples = Samples(folder)

    def recast(file, *arguments):
        inputs = [part for part in arguments if "=" not in part]
        options = [part for part in arguments if "=" in part]
        return "Recast", Way(Lines, file, [ours, "lines=true", *inputs, "{out}", *options])

    def by(name, file, *argv):
        return name, Way(Program, file, list(argv))

    def unoserver(source):
        driver = os.path.join(HERE, "unoserver_lines.py")
        return "unoserver", Way(Lines, "a.pdf", ["/usr/bin/python3", driver, source, "{out}"])

    def soffice(source, target):
        # It calls the result after its source.
        profile = f"-env:UserInstallation=file://{folder}/profile"
        line = f"soffice {profile} --headless --convert-to {target} --outdir {{dir}}/soffice {source} >/dev/null && mv {{dir}}/soffice/*.{target} {{out}}"
        return by("soffice", f"a.{target}", "sh", "-c", line)

    for name, source in [("docx → pdf, 1 page", samples.letter), ("docx → pdf, long", samples.report)]:
        yield Case(name, [recast("a.pdf", source), unoserver(source), soffice(source, "pdf")], evidence.documents)
    photo, picture = samples.photo, samples.picture
    yield Case("jpg → jpg 800 wide, 12 MP", [
        recast("a.jpg", photo, "width=800"),
        by("vips", "a.jpg", "vipsthumbnail", photo, "--size", "800x", "-o", "{out}[Q=85]"),
        by("ImageMagick", "a.jpg", "/usr/bin/convert", photo, "-resize", "800x", "-quality", "85", "{out}"),
    ], evidence.pictures)
    for kind, quality in [("jpg", 85), ("webp", 80)]:
        yield Case(f"png → {kind}, 12 MP", [
            recast(f"a.{kind}", picture, f"quality={quality}"),
            by("vips", f"a.{kind}", "vips", "copy", picture, f"{{out}}[Q={quality}]"),
            by("ImageMagick", f"a.{kind}", "/usr/bin/convert", picture, "-quality", str(quality), "{out}"),
        ], evidence.pictures)
    drawing = samples.drawing
    yield Case("svg → png", [
        recast("a.png", drawing),
        by("rsvg-convert", "a.png", "rsvg-convert", "-o", "{out}", drawing),
        by("inkscape", "a.png", "inkscape", "--export-type=png", "--export-filename={out}", drawing),
    ], evidence.pictures)
    yield Case("md → html, 1.6 MB", [
        recast("a.html", samples.markdown),
        by("pandoc", "a.html", "pandoc", "-f", "gfm", "-o", "{out}", samples.markdown),
    ], evidence.texts)
    yield Case("csv → xlsx, 100,000 rows", [recast("a.xlsx", samples.table), soffice(samples.table, "xlsx")], evidence.sheets)
    pages = samples.pages
    yield Case("pdf → png, 150 dpi", [
        recast("a.png", pages, "density=150"),
        by("mutool", "a.png", "sh", "-c", f"mutool draw -q -r 150 -o {{out}}-%d.png {pages} && cp {{out}}-1.png {{out}}"),
        by("pdftoppm", "a.png", "sh", "-c", f"pdftoppm -r 150 -png {pages} {{out}} && cp {{out}}-*1.png {{out}} 2>/dev/null || cp {{out}}-01.png {{out}}"),
    ], evidence.pictures)
    several = samples.several
    yield Case("pdf merge, 10 files", [
        recast("a.pdf", *several, "operation=merge"),
        by("qpdf", "a.pdf", "qpdf", "--empty", "--pages", *several, "--", "{out}"),
    ], evidence.documents)
    yield Case("pdf/extract-pages", [
        recast("a.pdf", pages, "operation=pdf/extract-pages", "pages=2-5"),
        by("qpdf", "a.pdf", "qpdf", pages, "--pages", ".", "2-5", "--", "{out}"),
    ], evidence.documents)
