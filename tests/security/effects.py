"""What dangerous variables do, made visible: one `Effect` each.

Every one of them ends in a marker: the file that `MARK` names, or a word of the
output. Programs that are not installed are skipped, one by one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PYTHON: Final[str] = getattr(sys, "_base_executable", sys.executable)
"""Outside of any virtual environment, where there is no user's site."""
PATH: Final = "/usr/local/bin:/usr/bin:/bin"
LIBRARY: Final = """
#include <fcntl.h>
#include <stdlib.h>
unsigned la_version(unsigned version) { return version; }
__attribute__((constructor)) static void loaded(void) {
    const char *mark = getenv("MARK");
    if (mark) open(mark, O_CREAT | O_WRONLY, 0666);
}
"""


@dataclass
class Place:
    """A directory with what the effects need: a script, a library, a repository."""

    path: Path
    library: str = ""

    def file(self, name: str, text: str, mode: int = 0o755) -> str:
        """Write *text* to *name*; return its path."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(mode)
        return str(path)

    def script(self) -> str:
        """Return the path of a program that leaves the mark."""
        return self.file("mark.sh", '#!/bin/sh\n: > "$MARK"\n')

    def repository(self) -> str:
        """Return the path of a repository with a change in it."""
        path = self.path / "repository"
        git = ["git", "-C", str(path), "-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", "init", "-q", str(path)], check=True)
        (path / "file").write_text("1\n")
        subprocess.run([*git, "add", "file"], check=True)
        subprocess.run([*git, "commit", "-qm", "1"], check=True)
        (path / "file").write_text("2\n")
        return str(path)


@dataclass(frozen=True)
class Effect:
    """One or more variables that have an effect together.

    Attributes:
        env: The variables.
        argv: What to run.
        stdin: What it reads.
        word: What its output has when they take effect; "" for the marker.
        unprivileged: Whether root is not affected.
    """

    env: dict[str, str]
    argv: list[str]
    stdin: str = ""
    word: str = ""
    unprivileged: bool = False
    names: tuple[str, ...] = field(default=())

    @property
    def shown(self) -> tuple[str, ...]:
        """The names, as the study has them."""
        return self.names or tuple(self.env)


Maker = Callable[[Place], Effect | list[Effect]]


def loader(place: Place) -> list[Effect]:
    """Libraries by the loader, the C library and OpenSSL."""
    library = place.library
    place.file("gconv/gconv-modules", f"module EVIL// INTERNAL {library} 1\n")
    settings = place.file(
        "openssl.cnf",
        "openssl_conf = init\n[init]\nproviders = all\n[all]\nevil = evil\n"
        f"[evil]\nmodule = {library}\nactivate = 1\n",
    )
    debug = str(place.path / "debug")
    return [
        Effect({"LD_PRELOAD": library}, ["true"]),
        Effect({"LD_AUDIT": library}, ["true"]),
        Effect(
            {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": debug},
            ["sh", "-c", f'true; ls {debug}.* && : > "$MARK"'],
            names=("LD_DEBUG_OUTPUT",),
        ),
        Effect(
            {"GCONV_PATH": str(place.path / "gconv")},
            ["iconv", "-f", "EVIL", "-t", "UTF-8"],
        ),
        Effect({"OPENSSL_CONF": settings}, ["openssl", "list", "-providers"]),
    ]


def shells(place: Place) -> list[Effect]:
    """Files, functions and prompts of shells; look-ups; GNU's manners."""
    script = place.script()
    place.file("zsh/.zshenv", ': > "$MARK"\n')
    planted = place.file("planted/planted", '#!/bin/sh\n: > "$MARK"\n')
    inside = f"cd {Path(planted).parent} && planted"
    return [
        Effect({"BASH_ENV": script}, ["bash", "-c", ":"]),
        Effect({"ENV": script}, ["sh", "-i", "-c", ":"]),
        Effect(
            {"BASH_FUNC_ls%%": '() { : > "$MARK"; }'},
            ["bash", "-c", "ls"],
            names=("BASH_FUNC_*",),
        ),
        Effect(
            {"SHELLOPTS": "xtrace", "PS4": '$(: > "$MARK")'},
            ["bash", "-c", ":"],
            unprivileged=True,
        ),
        Effect({"ZDOTDIR": str(place.path / "zsh")}, ["zsh", "-c", ":"]),
        Effect({"PATH": ".:/usr/bin:/bin"}, ["sh", "-c", inside]),
        Effect(
            {"POSIXLY_CORRECT": "1"},
            ["sh", "-c", 'ls / -d || : > "$MARK"'],
        ),
    ]


def python(place: Place) -> list[Effect]:
    """Modules that Python imports by itself, and what its warnings import."""
    marking = "import os\nopen(os.environ['MARK'], 'w')\n"
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    place.file("modules/sitecustomize.py", marking)
    place.file(f"user/lib/{version}/site-packages/usercustomize.py", marking)
    startup = place.file("startup.py", marking)
    log = place.path / "keys"
    keys = f'{PYTHON} -c "import ssl; ssl.create_default_context()"'
    return [
        Effect({"PYTHONPATH": str(place.path / "modules")}, [PYTHON, "-c", ""]),
        Effect({"PYTHONUSERBASE": str(place.path / "user")}, [PYTHON, "-c", ""]),
        Effect({"PYTHONSTARTUP": startup}, [PYTHON, "-i", "-q"]),
        Effect(
            {
                "PYTHONWARNINGS": "all:0:antigravity.x:0:0",
                "BROWSER": f"{place.script()} %s",
            },
            [PYTHON, "-c", ""],
        ),
        Effect(
            {"SSLKEYLOGFILE": str(log)},
            [
                "sh",
                "-c",
                f'{keys}; [ -e {log} ] && : > "$MARK"; rm -f {log}',
            ],
        ),
    ]


def interpreters(place: Place) -> list[Effect]:
    """Options and modules of Perl, Node, npm and Java."""
    place.file("perl/Mark.pm", 'open(my $f, ">", $ENV{MARK}); 1;\n')
    script = place.file(
        "mark.js", "require('fs').writeFileSync(process.env.MARK, '')\n"
    )
    place.file("package/package.json", '{"scripts": {"x": "true"}}\n')
    return [
        Effect(
            {"PERL5OPT": "-MMark", "PERL5LIB": str(place.path / "perl")},
            ["perl", "-e", "1"],
        ),
        Effect(
            {"PERL5DB": 'BEGIN { open(F, ">", $ENV{MARK}) } sub DB::DB {}'},
            ["perl", "-d", "-e", "1"],
        ),
        Effect({"NODE_OPTIONS": f"--require={script}"}, ["node", "-e", "1"]),
        Effect(
            {"npm_config_script_shell": place.script()},
            ["npm", "--prefix", str(place.path / "package"), "run", "x"],
            names=("npm_config_*",),
        ),
        Effect(
            {"JAVA_TOOL_OPTIONS": "-Da=b"},
            ["java", "-version"],
            word="Picked up JAVA_TOOL_OPTIONS",
        ),
        Effect(
            {"JDK_JAVA_OPTIONS": "-Da=b"},
            ["java", "-version"],
            word="Picked up JDK_JAVA_OPTIONS",
        ),
    ]


def git(place: Place) -> list[Effect]:
    """The commands that git runs for one thing or another."""
    script, repository = place.script(), place.repository()
    place.file("exec/git-marking", '#!/bin/sh\n: > "$MARK"\n')
    place.file("template/marked", "")
    me = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.editor=true"]
    there = ["git", "-C", repository, *me]
    fresh = str(place.path / "fresh")
    init = f'git init -q {fresh}; [ -e {fresh}/.git/marked ] && : > "$MARK"'
    return [
        Effect({"GIT_SSH_COMMAND": script}, ["git", "ls-remote", "ssh://h.invalid/x"]),
        Effect({"GIT_SSH": script}, ["git", "ls-remote", "ssh://h.invalid/x"]),
        Effect({"GIT_EXTERNAL_DIFF": script}, [*there, "diff"]),
        Effect({"GIT_EXEC_PATH": str(place.path / "exec")}, ["git", "marking"]),
        Effect({"GIT_EDITOR": script}, [*there, "commit", "--allow-empty"]),
        Effect({"GIT_PROXY_COMMAND": script}, ["git", "ls-remote", "git://[::1]:1/x"]),
        Effect(
            {"GIT_ASKPASS": script},
            ["git", "credential", "fill"],
            stdin="protocol=https\nhost=h.invalid\n\n",
        ),
        Effect(
            {"GIT_TEMPLATE_DIR": str(place.path / "template")},
            ["sh", "-c", f"{init}; rm -rf {fresh}"],
        ),
        Effect(
            {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "core.fsmonitor",
                "GIT_CONFIG_VALUE_0": script,
            },
            [*there, "status"],
            names=("GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_*", "GIT_CONFIG_VALUE_*"),
        ),
        Effect(
            {"GIT_CONFIG_PARAMETERS": f"'core.fsmonitor'='{script}'"},
            [*there, "status"],
        ),
    ]


def tools(place: Place) -> list[Effect]:
    """Options that archivers, compilers and viewers take from variables."""
    script = place.script()
    data = place.file("data", "data\n")
    evil = place.file("evil.mk", '$(shell : > "$$MARK")\n')
    place.file("make/made.c", "int main(void) { return 0; }\n")
    make = ["make", "-B", "-C", str(place.path / "make"), "made"]
    naming = place.file("name.sh", f"#!/bin/sh\necho {data}\n")
    run = f"--checkpoint=1 --checkpoint-action=exec={script}"
    command = '; : > "$$MARK";'
    return [
        Effect({"TAR_OPTIONS": run}, ["tar", "-cPf", "/dev/null", data]),
        Effect(
            {"ZIPOPT": f"-T -TT {script}"},
            ["zip", "-q", str(place.path / "a.zip"), data],
        ),
        Effect({"XZ_OPT": "--version"}, ["xz", "-c", data], word="liblzma"),
        Effect({"XZ_DEFAULTS": "--version"}, ["xz", "-c", data], word="liblzma"),
        Effect({"MAKEFILES": evil}, ["make", "-f", "/dev/null", "-q", data]),
        Effect({"CC": f"cc{command}"}, make),
        Effect({"CFLAGS": command}, make),
        Effect({"LDFLAGS": command}, make),
        Effect({"LESSOPEN": f"|{script} %s"}, ["less", data]),
        Effect(
            {"LESSOPEN": f"{naming} %s", "LESSCLOSE": f"{script} %s %s"},
            ["less", data],
            names=("LESSCLOSE",),
        ),
    ]


def clients(place: Place) -> list[Effect]:
    """Settings of those that fetch."""
    data = place.file("data", "data\n")
    place.file("home/.curlrc", 'write-out = "settings-were-read"\n')
    home = str(place.path / "home")
    return [
        *(fetching(place, name) for name in ("WGETRC", "SYSTEM_WGETRC")),
        Effect(
            {"CURL_HOME": home}, ["curl", f"file://{data}"], word="settings-were-read"
        ),
        Effect({"HOME": home}, ["curl", f"file://{data}"], word="settings-were-read"),
    ]


def fetching(place: Place, name: str) -> Effect:
    """Return the effect of wget's settings, which write a log."""
    log = place.path / f"{name}.log"
    settings = place.file(f"{name}.settings", f"logfile = {log}\n")
    fetch = "wget -t1 -T1 http://127.0.0.1:1/"
    return Effect(
        {name: settings},
        ["sh", "-c", f'{fetch}; [ -e {log} ] && : > "$MARK"; rm -f {log}'],
    )


KINDS: Final = (loader, shells, python, interpreters, git, tools, clients)


def compiled(where: Path) -> str:
    """Return the path of a library that leaves the mark when it is loaded."""
    source, library = where / "mark.c", where / "mark.so"
    source.write_text(LIBRARY)
    words = ["cc", "-shared", "-fPIC", "-o", str(library), str(source)]
    subprocess.run(words, check=True)
    return str(library)


def installed(effect: Effect) -> bool:
    """Whether the program of *effect*, also one inside a shell line, is here."""
    words = effect.argv[-1].split() if effect.argv[0] == "sh" else []
    named = {"wget"} & {word.strip(";") for word in words}
    return all(shutil.which(name, path=PATH) for name in {effect.argv[0], *named})
