"""The data inside a report's page, for the tests: `read_parts(html)` and `unpack(type, text)`."""

import array
import base64
import json
import re

CODES = {"f32": "f", "f64": "d", "u32": "I", "u8": "B"}


def read_parts(html):
    """The parts of data by name, as their JSON says."""
    tags = re.findall(r'<script type="application/json" id="data-(\w+)">(.*?)</script>', html, re.DOTALL)
    return {name: json.loads(text) for name, text in tags}


def unpack(kind, text):
    numbers = array.array(CODES[kind])
    numbers.frombytes(base64.b64decode(text, validate=True))
    return list(numbers)


def float32(value):
    return array.array("f", [value])[0]
