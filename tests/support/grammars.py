"""Programs that do not exist, for tests of the policy's parts."""

from __future__ import annotations

from typing import Any

from child_process.security.grammar import Grammar, grammar

TABLES: dict[str, dict[str, Any]] = {
    "gnu": {
        "abbreviations": True,
        "ends": ["--"],
        "operands": ["path"],
        "allow": "--arg: -v --verbose -n= --number= --color? --version -z -k?",
        "watch": {"write": "-o= --output= --options-file="},
        "refuse": {"exec": "-X= --exec= --verb-exec=", "lib": "--load"},
        "values": {"compressor": "-X --exec", "path": "-o --output", "word": "-n"},
        "kinds": {
            "compressor": {"match": "gzip|xz"},
            "word": {"never": "(?i)^evil", "effect": "exec"},
        },
    },
    "posix": {
        "style": "posix",
        "ends": ["--"],
        "operands": ["script", "any"],
        "allow": "-v -W=",
        "watch": {"code": "-c$ -m%"},
    },
    "late": {"style": "posix", "stop": 2, "allow": "-v"},
    "single": {
        "style": "single",
        "operands": ["path"],
        "allow": "-l? -name= -std=* -I* -Wl* -print -c= -in=",
        "watch": {"exec": "-exec;", "write": "-out="},
        "refuse": {"lib": "-fplugin=* -Wlx*"},
    },
    "wrapper": {
        "style": "posix",
        "ends": ["--"],
        "operands": ["command"],
        "allow": "-i -u=",
        "kinds": {"command": {"data": False, "effect": "exec", "skip": "^[A-Z]+="}},
    },
    "runner": {"style": "posix", "ends": ["--"], "operands": ["any", "command"]},
    "tool": {
        "style": "posix",
        "operands": ["sub"],
        "allow": "-C= --quiet",
        "kinds": {"name": {"match": r"\w+", "effect": "net"}},
        "sub": {
            "clone fetch": {
                "style": "gnu",
                "abbreviations": True,
                "ends": ["--", "--end-of-options"],
                "operands": ["name", "path"],
                "after": ["path"],
                "allow": "-b= --depth=",
                "refuse": {"exec": "--upload-pack="},
            },
            "after": {
                "style": "gnu",
                "ends": ["--"],
                "operands": ["name"],
                "after": ["path", "any"],
            },
            "all": {"style": "gnu", "inherit": True, "operands": ["any"]},
            "*": {"style": "gnu", "operands": ["never"]},
        },
    },
    "old": {
        "bare": True,
        "ends": ["--"],
        "operands": ["path"],
        "allow": "-x -f= -C= -v",
        "refuse": {"exec": "-I="},
        "values": {"archive": "-f"},
        "kinds": {"archive": {"path": True, "dot": "^-$|^[^/]*:", "effect": "exec"}},
    },
    "scripted": {
        "operands": ["script", "path"],
        "allow": "-n -e= --expression=",
        "instead": [{"options": "-e --expression", "operands": ["path"]}],
        "kinds": {"path": {"path": True, "dot": r"^-$|^\w+="}},
        "abbreviations": True,
    },
    "two": {
        "style": "gnu",
        "operands": ["path"],
        "allow": "-r -T -nw",
        "refuse": {"exec": "-TT= --unzip="},
    },
    "near": {
        "abbreviations": True,
        "allow": "--aa= --bx --cx= --dx=",
        "watch": {"write": "--ab= --by=", "exec": "--bz="},
        "refuse": {"read": "--cy=", "exec": "--cz=", "code": "--dy=", "lib": "--dz="},
        "values": {"form": "--dy"},
        "kinds": {"form": {"match": "x"}},
    },
    "plus": {
        "begin": "-+",
        "equals": False,
        "ends": ["--"],
        "operands": ["path"],
        "allow": "-n --cmd=",
    },
}


def lookup(name: str) -> Grammar | None:
    """Return the grammar of the invented program *name*."""
    return grammar(name, TABLES[name]) if name in TABLES else None


def invented(name: str) -> Grammar:
    """Return the grammar of *name*, which there is."""
    found = lookup(name)
    assert found is not None
    return found
