"""Whether two results are as good as each other, by programs that made neither."""

import difflib
import re
import subprocess
import zipfile
from collections import Counter


def documents(ours, theirs):
    pages = [said("pdfinfo", file, r"Pages:\s+(\d+)") for file in (ours, theirs)]
    words = [subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True).stdout.split() for file in (ours, theirs)]
    return f"pages {pages[0]} and {pages[1]}, words {alike(*words)}"


def pictures(ours, theirs):
    result = subprocess.run(["compare", "-metric", "RMSE", ours, theirs, "null:"], capture_output=True, text=True)
    found = re.search(r"\(([\d.e-]+)\)", result.stderr)
    return f"RMSE {float(found[1]) * 100:.2f} %" if found else result.stderr.strip()


def texts(ours, theirs):
    return f"words {alike(*(re.sub(r'<[^>]*>', ' ', open(file).read()).split() for file in (ours, theirs)))}"


def sheets(ours, theirs):
    cells = [zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").count(b"<c ") for file in (ours, theirs)]
    return f"cells {cells[0]:,} and {cells[1]:,}"


def alike(ours, theirs):
    if ours == theirs:
        return "the same"
    # The longest texts are compared by how often each word is there: the order takes minutes.
    if len(ours) > 20_000:
        common = sum((Counter(ours) & Counter(theirs)).values())
        return f"{100 * 2 * common / (len(ours) + len(theirs)):.1f} % the same"
    return f"{100 * difflib.SequenceMatcher(None, ours, theirs, False).ratio():.1f} % the same"


def said(program, file, pattern):
    return re.search(pattern, subprocess.run([program, file], capture_output=True, text=True).stdout)[1]
