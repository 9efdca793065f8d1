"""Files to measure with, made anew, always the same."""

import os
import random
import subprocess
from functools import cached_property

FILES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "files")
WORDS = "contract record patient delivery quarter invoice annual clause measure signed between party review".split()


class Samples:
    def __init__(self, folder):
        self.folder = folder
        self.random = random.Random(7)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def sentences(self, count):
        return " ".join(" ".join(self.random.choices(WORDS, k=12)).capitalize() + "." for _ in range(count))

    def chapters(self, count):
        rows = "| a | b |\n| --- | --- |\n" + "| one | *two* |\n" * 5
        return "\n\n".join(f"# Chapter {n}\n\n{self.sentences(40)}\n\n{rows}\n\n- {self.sentences(1)}\n- **{self.sentences(1)}**" for n in range(count))

    @property
    def letter(self):
        return os.path.join(FILES, "report.docx")

    @cached_property
    def report(self):
        return self.by_pandoc("report", self.chapters(20))

    def by_pandoc(self, name, text):
        path = self.path(f"{name}.docx")
        subprocess.run(["pandoc", "-o", path, self.write(f"{name}.md", text)], check=True)
        return path

    @cached_property
    def markdown(self):
        return self.write("long.md", self.chapters(380))

    @cached_property
    def picture(self):
        return self.by_imagemagick("picture.png", "PNG24:")

    @cached_property
    def photo(self):
        return self.by_imagemagick("photo.jpg", "")

    def by_imagemagick(self, name, kind):
        path = self.path(name)
        draw = ["/usr/bin/convert", "-seed", "7", "-size", "4000x3000", "plasma:tomato-steelblue", "-blur", "0x2"]
        subprocess.run([*draw, "-attenuate", "0.1", "+noise", "Gaussian", "-depth", "8", "-quality", "92", kind + path], check=True)
        return path

    @cached_property
    def drawing(self):
        shapes = [self.shape(number) for number in range(600)]
        gradient = '<linearGradient id="g"><stop stop-color="#e33"/><stop offset="1" stop-color="#36c"/></linearGradient>'
        head = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="900">'
        return self.write("drawing.svg", f"{head}<defs>{gradient}</defs>{''.join(shapes)}</svg>")

    def shape(self, number):
        x, y, size = (self.random.randrange(limit) for limit in (1200, 900, 120))
        fill = "url(#g)" if number % 3 else f"#{self.random.randrange(1 << 24):06x}"
        return f'<path d="M{x} {y}q{size} {-size} {size} {size}t{-size} {size}z" fill="{fill}" opacity="0.7"/>'

    @cached_property
    def table(self):
        rows = (f"{number},{self.random.choice(WORDS)},{self.random.random():.4f},2026-01-{number % 28 + 1:02}" for number in range(100_000))
        return self.write("table.csv", "\n".join(["id,word,number,day", *rows]))

    @cached_property
    def pages(self):
        return self.printed(self.report)

    @cached_property
    def several(self):
        return [self.printed(self.by_pandoc(f"part-{number}", self.chapters(3))) for number in range(10)]

    def printed(self, document):
        profile = f"-env:UserInstallation=file://{self.folder}/profile"
        line = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", self.folder, document]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
        return document.removesuffix("docx") + "pdf"
