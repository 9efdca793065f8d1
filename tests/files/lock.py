#!/usr/bin/env python3
"""Makes the locked office samples of the open ones, by LibreOffice and its python3-uno: `/usr/bin/python3 lock.py`.

The bytes are others each time, for there is salt in them. The password is `secret`.
"""

import pathlib
import subprocess
import tempfile
import time

import uno
from com.sun.star.beans import NamedValue, PropertyValue
from com.sun.star.connection import NoConnectException

HERE = pathlib.Path(__file__).resolve().parent
LOCKED = [
    ("report.docx", "locked.docx", "MS Word 2007 XML"),
    ("report.docx", "locked.odt", "writer8"),
    ("table.xlsx", "locked.xlsx", "Calc MS Excel 2007 XML"),
]


def main():
    with tempfile.TemporaryDirectory() as profile:
        accept = f"pipe,name={pathlib.Path(profile).name};urp;"
        options = [f"-env:UserInstallation=file://{profile}/p", "--headless", f"--accept={accept}"]
        office = subprocess.Popen(["soffice", *options])
        desktop = connect(f"uno:{accept}StarOffice.ComponentContext")
        for source, target, filter_name in LOCKED:
            document = desktop.loadComponentFromURL((HERE / source).as_uri(), "_blank", 0, properties(Hidden=True))
            # Office Open XML wants the password in a form of its own.
            named = NamedValue("OOXPassword", "secret"), NamedValue("CryptoType", "Standard")
            secret = uno.Any("[]com.sun.star.beans.NamedValue", named)
            key = {"Password": "secret"} if target.endswith("odt") else {"EncryptionData": secret}
            document.storeToURL((HERE / target).as_uri(), properties(FilterName=filter_name, **key))
            document.close(True)
        desktop.terminate()
        office.wait()


def connect(address):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    while True:
        try:
            remote = resolver.resolve(address)
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except NoConnectException:
            time.sleep(0.1)


def properties(**values):
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


main()
