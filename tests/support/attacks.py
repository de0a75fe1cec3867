"""Attacks by arguments that leave a file ``mark``, for each program.

A word in `D` is what an attacker chooses. Each attack works when its words are
plain, which the tests show first: a guard against nothing is no guard.
"""

from __future__ import annotations

from child_process import positional

__all__ = ["ATTACKS", "REQUIRED", "Line"]

D = positional
Line = tuple[str, ...]

REQUIRED = frozenset(
    {
        "tar",
        "git",
        "ssh",
        "find",
        "sort",
        "sed",
        "awk",
        "zip",
        "curl",
        "rsync",
        "sqlite3",
    }
)
"""Programs that continuous integration must have."""

SH = "touch mark"

ATTACKS: dict[str, tuple[Line, ...]] = {
    "tar": (
        (
            "-cf",
            "new.tar",
            D("--checkpoint=1"),
            D(f"--checkpoint-action=exec={SH}"),
            "f",
        ),
        ("-cf", "new.tar", D("--checkpoint"), D(f"--checkpoint-ac=exec={SH}"), "big"),
        ("-xf", "a.tar", D(f"--to-command={SH}")),
        ("-xf", "a.tar", D(f"--to-com={SH}")),
        ("-cf", "new.tar", D("-I./evil"), "f"),
        ("-cf", "new.tar", D("-vI./evil"), "f"),
        ("-cf", "new.tar", D("--use-compress-program=./evil"), "f"),
        ("-cf", "new.tar", D("-gmark"), "f"),
        (D("cf"), D("mark"), "f"),
    ),
    "git": (
        ("clone", D(f"--upload-pack={SH};"), "./repo", "copy"),
        ("clone", D(f"-u{SH};"), "./repo", "copy"),
        ("clone", D(f"--upload-pa={SH};"), "./repo", "copy"),
        ("ls-remote", D(f"--exec={SH};"), "./repo"),
        ("-c", "protocol.ext.allow=always", "ls-remote", D("ext::sh -c touch% mark")),
        ("-C", "repo", "log", D("--output=../mark")),
        ("-C", "repo", "diff", D("--output=../mark"), "HEAD"),
        ("-C", "repo", "grep", D("-Otouch ../mark;true"), "x"),
        ("-C", "repo", "rebase", D("--exec=touch ../mark"), "--root"),
        (D("-c"), D(f"alias.x=!{SH}"), "x"),
        ("-C", "repo", D("archive"), "-o../mark", "HEAD"),
    ),
    "ssh": (
        (D(f"-oProxyCommand={SH}"), "nowhere.invalid"),
        (D(f"-vo proxycommand {SH}"), "nowhere.invalid"),
        ("nowhere.invalid", D(f"-oProxyCommand={SH}"), "true"),
        ("-F", "/dev/null", D("-Fconfig"), "nowhere.invalid"),
        (D("-Emark"), "nowhere.invalid"),
    ),
    "scp": (
        (D("-S./evil"), "f", "nowhere.invalid:x"),
        (D(f"-oProxyCommand={SH}"), "f", "nowhere.invalid:x"),
    ),
    "find": (
        (".", D("-exec"), D("touch"), D("mark"), D(";")),
        (D("-fprint"), D("mark")),
        (".", D("-fprintf"), D("mark"), D("x")),
        (".", "-maxdepth", "0", D("-fls"), D("mark")),
        (".", "-exec", "sh", "-c", D(SH), ";"),
    ),
    "sort": (
        ("-S1k", D("--compress-program=./evil"), "big"),
        ("-S1k", D("--compress-pro=./evil"), "big"),
        (D("-omark"), "f"),
        ("f", D("-rnomark")),
        (D("--outp=mark"), "f"),
    ),
    "sed": (
        (D("w mark"), "f"),
        (D(f"1e {SH}"), "f"),
        ("-n", "-e", D(f"s/.*/{SH}/e"), "f"),
        ("p", D("--expression=w mark"), "f"),
        ("-n", "p", D("-fscript"), "f"),
    ),
    "awk": (
        (D('BEGIN{system("touch mark")}'),),
        (D("-fscript.awk"), "f"),
        ("{ print > out }", D("out=mark"), "f"),
        ("--", "{ print > out }", D("out=mark"), "f"),
    ),
    "zip": (
        ("new.zip", "f", D("-T"), D(f"-TT{SH};")),
        ("new.zip", "f", D("-T"), D(f"--unzip-command={SH};")),
        ("new.zip", "f", "-T", D("-qTTtouch mark;")),
        ("new.zip", "f", D("-T"), D(f"--unzip-c={SH};")),
    ),
    "curl": (
        ("-s", D("-omark"), "file:///etc/passwd"),
        ("-s", D("-fsSomark"), "file:///etc/passwd"),
        ("-s", "-o", "mark", D("file:///etc/passwd")),
        ("-s", D("--dump-h"), D("mark"), "file:///etc/passwd"),
        ("-s", D("-Kcurlrc"), "file:///etc/passwd"),
        ("-s", D("--trace"), D("mark"), "file:///etc/passwd"),
    ),
    "wget": (
        ("-q", "-t1", D("--use-askpass=./evil"), "https://127.0.0.1:9/"),
        (D("-omark"), "-t1", "http://127.0.0.1:9/"),
        ("-t1", D("--output-fi=mark"), "http://127.0.0.1:9/"),
    ),
    "rsync": (
        ("-a", D("-e./evil"), "nowhere.invalid:x", "y"),
        ("-a", D("-rtve./evil"), "nowhere.invalid:x", "y"),
        ("-a", D("--rsh=./evil"), "nowhere.invalid:x", "y"),
        ("-a", "f", D("--log-file=mark"), "g"),
        ("-a", D("--rsh"), D("./evil"), "nowhere.invalid:x", "y"),
    ),
    "sqlite3": (
        ("a.db", D(f".shell {SH}")),
        ("a.db", D(".output mark")),
        (D("-cmd"), D(f".shell {SH}"), "a.db", "select 1"),
        (D("--cmd"), D(".once mark"), "a.db", "select 1"),
        (D("-init"), D("script.sql"), "a.db", "select 1"),
    ),
    "xargs": (("-a", "f", D("touch"), D("mark")), (D("-a"), "f", "touch", "mark")),
    "env": (
        (D("touch"), "mark"),
        (D(f"-S{SH}"),),
        (D(f"-vS{SH}"),),
        (D("--split-str=touch mark"),),
        ("--", D("touch"), "mark"),
    ),
    "timeout": (("9", D("touch"), "mark"),),
    "nice": ((D("touch"), "mark"),),
    "split": ((D(f"--filter={SH}"), "f"), ("f", D(f"--filt={SH}"))),
    "dd": (("if=f", D("of=mark")), ("if=f", "--", D("of=mark"))),
    "uniq": (("f", D("mark")),),
    "make": (
        (D(f"--eval=x := $(shell {SH})"),),
        (D(f"--ev=x := $(shell {SH})"),),
        (D(f"CMD={SH}"),),
        ("--", D(f"CMD={SH}")),
        (D("-fOther.mk"),),
    ),
    "gcc": (
        (D("-wrapper"), D("./evil"), "-c", "x.c"),
        ("-c", "x.c", D("@options")),
        (D("-omark"), "-c", "x.c"),
    ),
    "python3": (
        (D("-c"), D("open('mark', 'w')")),
        (D("-copen('mark', 'w')"),),
        ("-c", D("open('mark', 'w')")),
        (D("script.py"),),
    ),
    "perl": ((D("-e"), D("open F, '>mark'")), (D("-we"), D("open F, '>mark'"))),
    "node": ((D("-e"), D("require('fs').writeFileSync('mark', '')")),),
    "sh": (("-c", D(SH)), (D("-c"), D(SH)), (D("script.sh"),)),
    "vim": (("-es", D("+!touch mark"), D("+q")), ("-es", "-c", D("!touch mark"), "+q")),
    "openssl": (("dgst", D("-out"), D("mark"), "f"), ("rand", D("-out"), "mark", "4")),
}
