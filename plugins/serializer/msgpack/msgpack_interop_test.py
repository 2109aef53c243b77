"""Values travel between the serializer and Python's msgpack, both ways, and stay what they are, byte for byte."""

import random
import struct
import subprocess
import sys
import tempfile
import unittest
from typing import Any, Iterator, List, Tuple

import msgpack

PROGRAM = sys.argv.pop()
VALUES_PER_FRAME = 10_000
# Text is any bytes; Python keeps those that are no UTF-8 as surrogates.
ERRORS = "surrogateescape"
REFERENCE_EXTENSION = 77


def frames(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        yield data[at + 4 : at + 4 + size]
        at += 4 + size


def framed(values: bytes) -> bytes:
    return struct.pack("<I", len(values)) + values


def read(frame: bytes) -> Any:
    return msgpack.unpackb(frame, unicode_errors=ERRORS, strict_map_key=False)


def one_by_one(frame: bytes) -> Iterator[Tuple[Any, bytes]]:
    """The values of a frame, and the bytes of each."""
    unpacker = msgpack.Unpacker(unicode_errors=ERRORS, strict_map_key=False)
    unpacker.feed(frame)
    for _ in range(unpacker.read_array_header()):
        begin = unpacker.tell()
        value = unpacker.unpack()
        yield value, frame[begin : unpacker.tell()]


def rewritten(kind: str, data: bytes) -> bytes:
    """What the serializer makes of frames that it reads and writes again."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        return subprocess.run([PROGRAM, kind, "rewrite"], stdin=file, stdout=subprocess.PIPE, check=True).stdout


def made_here(choose: random.Random) -> List[Any]:
    """A random value as test_interop.cc has them: an alternative and its value."""
    integer = choose.getrandbits(64) >> choose.randrange(64)
    signed = integer - 2**63 if integer >= 2**63 else integer
    text = "".join(chr(choose.choice((97, 0xE9, 0x4E2D, 0x1F600))) for _ in range(choose.randrange(40)))
    raw = choose.randbytes(choose.choice((0, 3, 255, 256, 300)))
    small = choose.randrange(-(2**31), 2**31) >> choose.randrange(32)
    real = choose.choice((0.0, -0.0, 1.0, 0.1, float("inf"), choose.random() * 1e9))
    record = {
        "id": integer,
        "small": small,
        "real": real,
        "flag": choose.random() < 0.5,
        "text": text,
        "bytes": raw,
        "maybe": choose.choice((None, small >> 16)),
        "reals": [real] * choose.randrange(20),
        "table": {str(key): signed for key in range(choose.randrange(5))},
    }
    values = [
        None,
        choose.random() < 0.5,
        signed,
        integer,
        real,
        text,
        raw,
        [small] * choose.randrange(20),
        {key - 2: text for key in range(choose.randrange(20))},
        choose.choice(([], [None], [small])),
        [small >> 24, text, integer & 0xFFFF],
        msgpack.ExtType(REFERENCE_EXTENSION, choose.randbytes(16)),
        record,
    ]
    index = choose.randrange(len(values))
    return [index, values[index]]


class InteropTest(unittest.TestCase):
    def there_and_back(self, kind: str, frame_count: int) -> int:
        command = [PROGRAM, kind, "generate", str(frame_count), str(VALUES_PER_FRAME), "7"]
        data = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        value_count = 0
        packer = msgpack.Packer(use_single_float=kind == "floats", unicode_errors=ERRORS)
        for frame in frames(data):
            values = read(frame)
            value_count += len(values)
            if packer.pack(values) != frame:
                for value, written in one_by_one(frame):
                    # Python computes in eight bytes: on the way there and back a NaN may become another one.
                    self.assertTrue(
                        packer.pack(value) == written or (kind == "floats" and "nan" in repr(value)),
                        f"Python writes other bytes for {value} than it read: {written.hex()}",
                    )
        self.assertTrue(rewritten(kind, data) == data, "the serializer reads other values than it wrote")
        return value_count

    def test_a_million_values_written_by_the_serializer(self) -> None:
        self.assertEqual(self.there_and_back("doubles", 100), 1_000_000)

    def test_floats_of_four_bytes(self) -> None:
        self.assertEqual(self.there_and_back("floats", 5), 50_000)

    def test_values_written_by_python(self) -> None:
        choose = random.Random(8)
        values = [made_here(choose) for _ in range(100_000)]
        data = framed(msgpack.packb(values))
        self.assertTrue(rewritten("doubles", data) == data, "the serializer reads other values than Python wrote")

    def test_fields_in_another_order_and_fields_that_are_unknown(self) -> None:
        choose = random.Random(9)
        records = [value for value in (made_here(choose) for _ in range(100_000)) if value[0] == 12]
        shuffled = []
        for index, record in records:
            fields = list(record.items()) + [("unknown", {"of": [1, b"x"]}), ("other", None)][: choose.randrange(3)]
            choose.shuffle(fields)
            shuffled.append([index, dict(fields)])
        (frame,) = frames(rewritten("doubles", framed(msgpack.packb(shuffled))))
        self.assertTrue(read(frame) == records, "the serializer finds other fields than Python wrote")


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
