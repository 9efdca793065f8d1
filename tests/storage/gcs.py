"""Serves Google Cloud Storage from memory, and exchanges keys for tokens as oauth2.googleapis.com does.

`python gcs.py KEY`, where KEY is a service account's private key in PEM; a first line says where."""

import base64
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from gcp_storage_emulator.server import create_server

KEY = load_pem_private_key(open(sys.argv[1], "rb").read(), None).public_key()


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


class Tokens(BaseHTTPRequestHandler):
    """RFC 7523: a signed assertion is a grant."""

    def do_POST(self):
        body = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        signed, _, signature = body["assertion"][0].rpartition(".")
        try:
            KEY.verify(decode(signature), signed.encode(), PKCS1v15(), SHA256())
            claims = json.loads(decode(signed.split(".")[1]))
            assert claims["iss"] == "tester@project.iam.gserviceaccount.com", claims
            self.answer(200, {"access_token": "a token", "expires_in": 3600, "token_type": "Bearer"})
        except InvalidSignature:
            self.answer(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


tokens = HTTPServer(("127.0.0.1", 0), Tokens)
threading.Thread(target=tokens.serve_forever, daemon=True).start()
storage = create_server("127.0.0.1", 0, in_memory=True, default_bucket="bucket")
storage.start()
while not storage._api._httpd:
    pass
port = storage._api._httpd.server_address[1]
print(f"http://127.0.0.1:{port} http://127.0.0.1:{tokens.server_port}/token", flush=True)
threading.Event().wait()
