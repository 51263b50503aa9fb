"""The formats of the streams for host software: a C header and a Python module, from the project's own definitions."""

import inspect
import re
from pathlib import Path

from firstspike.golden.codes.potentials import LOGIT_TABLE
from firstspike.golden.counting import counters
from firstspike.golden.streams import records
from firstspike.golden.streams.record_fields import MEANINGS
from firstspike.golden.streams.records import ErrorCode, InputKind, Opcode, Packet
from firstspike.golden.streams.result import DONE_WORDS

C_FILE = "firstspike.h"
PYTHON_FILE = "firstspike_formats.py"
CONVERTER = "picture_to_stream.py"
HAND_WRITTEN = Path(__file__).with_name("files")
"""Files that are delivered as they are, or filled in, and run without this project."""
ENUMERATIONS = (Opcode, InputKind, Packet, ErrorCode)


def texts():
    """File name -> text of all of them; the same for every configuration."""
    return {C_FILE: _c(), PYTHON_FILE: _python(), CONVERTER: (HAND_WRITTEN / CONVERTER).read_text()}


def places(fields):
    """(name, lowest bit, width) of each field of a record."""
    position = 0
    for name, width in fields:
        yield name, position, width
        position += width


def _snake(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def _c():
    lines = [
        "/* Formats of the three streams of firstspike (docs/streams.md). Generated; do not edit.",
        " *",
        " * A record is 256 bits, little endian: FSPK_<RECORD>_<FIELD> is the lowest bit of a field, _BITS its width. */",
        "#ifndef FIRSTSPIKE_H",
        "#define FIRSTSPIKE_H",
        "",
        "#include <stdint.h>",
        "",
        f"#define FSPK_MAGIC UINT32_C(0x{records.MAGIC:08x})",
        f"#define FSPK_STREAM_VERSION {records.STREAM_VERSION}",
        f"#define FSPK_RECORD_BITS {records.RECORD_BITS}",
    ]
    for enumeration in ENUMERATIONS:
        prefix = f"FSPK_{_snake(enumeration.__name__)}"
        comments = records.ERROR_TEXTS if enumeration is ErrorCode else {}
        lines += ["", f"enum {prefix.lower()} {{"]
        for member in enumeration:
            comment = f"  /* {comments[member]} */" if member in comments else ""
            lines.append(f"  {prefix}_{member.name} = {int(member)},{comment}")
        lines.append("};")
    for opcode, fields in records.FIELDS.items():
        lines += ["", f"/* {opcode.name} record */"]
        for name, low, width in places(fields):
            define = f"FSPK_{opcode.name}_{name.upper()}"
            lines += [f"#define {define} {low}  /* {MEANINGS[opcode][name].text} */", f"#define {define}_BITS {width}"]
    lines += ["", "/* Header of a packet of the result stream */"]
    for name, low, width in places(records.PACKET_HEADER):
        lines.append(f"#define FSPK_HEADER_{name.upper()}(word) (((word) >> {low}) & 0x{(1 << width) - 1:x}u)")
    lines += ["", "/* Words of a DONE packet */", "enum fspk_done {"]
    lines += [f"  FSPK_DONE_{name.upper()}," for name in DONE_WORDS]
    lines += ["  FSPK_DONE_LENGTH", "};", "", "/* Words of a COUNTERS packet */", "enum fspk_counter {"]
    lines += [f"  FSPK_COUNTER_{c.name.upper()},  /* {c.unit}: {c.description} */" for c in counters.ALL]
    lines += [
        "  FSPK_COUNTERS",
        "};",
        "",
        "/* The class of an image: of the largest logit, of equal ones the first. offset: `outputs` of network.json. A sum of",
        " * offsets that differ by more than 88 does not fit 64 bits; no exported network comes near it. */",
        f"static const int64_t fspk_logit_table[{len(LOGIT_TABLE)}] = {{{', '.join(map(str, LOGIT_TABLE))}}};",
        "",
        "static inline int fspk_classify(const int32_t *potential, const int8_t *offset, int classes) {",
        "  int lowest = offset[0], best = 0;",
        "  int64_t best_logit = 0;",
        "  for (int c = 1; c < classes; c++)",
        "    if (offset[c] < lowest) lowest = offset[c];",
        "  for (int c = 0; c < classes; c++) {",
        "    int k = offset[c] - lowest;",
        "    int64_t logit = potential[c] * fspk_logit_table[k % 4] * (INT64_C(1) << (k / 4));",
        "    if (c == 0 || logit > best_logit) {",
        "      best = c;",
        "      best_logit = logit;",
        "    }",
        "  }",
        "  return best;",
        "}",
        "",
        "#endif",
    ]
    return "\n".join(lines) + "\n"


def _python():
    lines = [
        '"""Formats of the three streams of firstspike (docs/streams.md). Generated; do not edit."""',
        "",
        "import enum",
        "",
        f"MAGIC = 0x{records.MAGIC:08X}",
        f"STREAM_VERSION = {records.STREAM_VERSION}",
        f"RECORD_BITS = {records.RECORD_BITS}",
    ]
    for enumeration in ENUMERATIONS:
        lines += ["", "", f"class {enumeration.__name__}(enum.IntEnum):"]
        lines += [f'    """{inspect.getdoc(enumeration)}"""', ""]
        lines += [f"    {member.name} = {int(member)}" for member in enumeration]
    lines += ["", "", "ERROR_TEXTS = {"]
    lines += [f'    ErrorCode.{code.name}: "{text}",' for code, text in records.ERROR_TEXTS.items()]
    lines += ["}", "FIELDS = {  # of each record: name, lowest bit, width"]
    for opcode, fields in records.FIELDS.items():
        lines += [
            f"    Opcode.{opcode.name}: (",
            *(f'        ("{n}", {low}, {w}),' for n, low, w in places(fields)),
            "    ),",
        ]
    lines += ["}"]
    lines += ["PACKET_HEADER = (", *(f'    ("{n}", {low}, {w}),' for n, low, w in places(records.PACKET_HEADER)), ")"]
    lines += ["DONE_WORDS = (", *(f'    "{name}",' for name in DONE_WORDS), ")"]
    lines += [
        "COUNTERS = (  # name, unit, meaning",
        *(f'    ("{c.name}", "{c.unit}", "{c.description}"),' for c in counters.ALL),
    ]
    lines += [")", f"LOGIT_TABLE = {LOGIT_TABLE}", "", "", _FUNCTIONS]
    return "\n".join(lines)


_FUNCTIONS = '''\
def fields(word, layout):
    """Values by name of the fields of a record or header."""
    return {name: word >> low & (1 << width) - 1 for name, low, width in layout}


def packets(words):
    """(Packet, index, payload) of each packet of the 32-bit words of one run."""
    position = 0
    while position < len(words):
        header = fields(words[position], PACKET_HEADER)
        end = position + 1 + header["length"]
        if end > len(words):
            raise ValueError(f"the packet at word {position} ends after word {len(words) - 1}, the last")
        yield Packet(header["packet"]), header["index"], list(words[position + 1 : end])
        position = end


def signed(word):
    """A 32-bit word in two's complement."""
    return word - (word >> 31 << 32)


def classify(potentials, offsets):
    """The class of one image: of the largest logit, of equal ones the first; `offsets`: `outputs` of network.json."""
    lowest = min(offsets)
    logits = [v * LOGIT_TABLE[(j - lowest) % 4] << (j - lowest) // 4 for v, j in zip(potentials, offsets)]
    return logits.index(max(logits))
'''
