"""What a schema cannot say: names that are used once, and what the service takes besides.

docs/api.md promises all of it; without these hooks schemathesis would call it mistakes.
"""

import re
import uuid

import schemathesis

KEY = "Idempotency-Key"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives each request a key of its own, as long as the one that was made up: the same key with
    another request is refused, and rightly so."""
    key = (case.headers or {}).get(KEY)
    if isinstance(key, str) and re.fullmatch("[!-~]([ -~]{0,253}[!-~])?", key):
        case.headers[KEY] = (uuid.uuid4().hex + key)[: max(32, len(key))]


@schemathesis.hook
def filter_case(context, case):
    """Leaves out what breaks a schema and is taken all the same."""
    return not (has_empty_parameter(case.query) or is_of_php(case.query) or is_of_php(case.body))


def has_empty_parameter(query):
    """Empty counts as absent: some clients send every parameter."""
    return any(value in ("", None) for value in (query or {}).values())


def is_of_php(value):
    """PHP writes a flag as 0 or 1 and an empty object as an empty list."""
    if isinstance(value, dict):
        return any(is_of_php(member) for member in value.values())
    return value == [] or str(value) in ("0", "1")
