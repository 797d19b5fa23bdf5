#!/usr/bin/env python3
"""House rules that rustfmt and clippy do not know; see `--help`.

Prints every breach as `path:line: what is wrong`, one line per rule with what it read, and at the
end `N passed, N failed`, counted in rules. Needs Python 3.11 (tomllib), nothing else.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

FILE_LINES = 500
FUNCTION_LINES = 70
LINE_CHARACTERS = 100

# Exceptions, each with its reason. One that is no longer needed is itself a breach.
LONG_FILES = {}  # "path": "reason"
LONG_FUNCTIONS = {}  # "path: function": "reason"
FLOAT_FILES = {}  # "path": "reason"
FORBIDDEN_TEXT = {}  # "path: what matched": "reason"

# A module calls modules of lower rank only (crates/core/src/modules).
RANKS = {
    "ledger": 0,
    "parameters": 0,
    "registry": 1,
    "emission": 1,
    "fees": 1,
    "exchange": 1,
    "vesting": 1,
    "attestation": 2,
    "collateral": 2,
    "pricing": 2,
    "validators": 2,
    "stake": 3,
    "slashing": 3,
    "work": 4,
    "market": 4,
    "opinions": 4,
    "weights": 5,
    "contributions": 5,
    "rewards": 6,
    "settlement": 7,
    "governance": 8,
}

# Which of our crates a crate may depend on, by folder name; None means all.
DIRECTIONS = {
    "amounts": set(),
    "core": {"amounts"},
    "networks": {"amounts", "core"},
    "protocol": {"amounts", "core"},
    "storage": {"amounts", "core"},
    "answers": {"amounts", "core", "networks", "protocol", "storage"},
    "node": {"amounts", "core", "networks", "protocol", "storage"},
    "api": {"amounts", "answers", "core", "networks", "node", "protocol", "storage"},
    "fuzzing": {"amounts", "core", "networks", "node", "api", "protocol", "storage"},
    "cli": None,
}
PACKAGE_PREFIX = "workmint-"

# Written in two halves so that this file does not break its own rule.
UNFINISHED = ["todo" "!", "unimplemented" "!", "FIX" "ME", "TO" "DO", "XX" "X", "HA" "CK"]
MACHINE_PATHS = ["/wo" "rk/", "/ro" "ot/"]
MIRROR_LABELS = {"mirror", "mirrors", "artifactory", "nexus", "jfrog", "devpi", "verdaccio"}
# The lines that say where packages come from, by file, and the only hosts they may name.
SOURCE_LINES = {
    "Cargo.lock": re.compile(r"source = "),
    "package-lock.json": re.compile(r'\s*"resolved":'),
    ".npmrc": re.compile(r"(?:\S+:)?registry\s*="),
    ".cargo/config.toml": re.compile(r"\s*(?:registry|index)\s*="),
}
SOURCE_HOSTS = {"github.com", "registry.npmjs.org"}
GENERATED = {"dist", "generated", "node_modules"}

WORD = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in UNFINISHED))
# Only at the start of a path: `modules/work/apply.rs` is no machine path.
MACHINE = re.compile("|".join(rf"(?<![\w.*}})\]>-]){re.escape(p)}" for p in MACHINE_PATHS))
URL = re.compile(r"https?://(?:[^/@\s\"'<>]*@)?([A-Za-z0-9.-]+)")
FLOAT = re.compile(r"\bf(?:32|64)\b|(?<![\w.])\d[\d_]*(?:\.\d|[eE][+-]?\d|f(?:32|64)\b)")
FUNCTION = re.compile(r"\bfn\s+([A-Za-z_]\w*)")
INLINE_MODULE = re.compile(r"\bmod\s+(\w+)\s*\{")
TEST_MODULE = re.compile(r"#\[cfg\(test\)\]\s*(?:#\[[^]]*\]\s*)*mod\s+\w+\s*\{")
PATH_START = re.compile(r"(?<![\w:$])(?<!\(in )(?:crate|self|super)(?=\s*::)")
TOKEN = re.compile(r"\s*(::|\w+|[{},*])")


# --- Reading Rust -------------------------------------------------------------------------------

LITERAL = re.compile(
    r"""
    (?P<line>//[^\n]*)
  | (?P<block>/\*)
  | (?P<raw>\b(?:b|c)?r(?P<hashes>\#*)")
  | (?P<string>(?:\b[bc])?")
  | (?P<char>(?:\bb)?'(?:\\(?:u\{[^}]*\}|x[0-9a-fA-F]{2}|.)|[^\\'\n])')
    """,
    re.VERBOSE,
)
BLOCK_EDGE = re.compile(r"/\*|\*/")
STRING_END = re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL)


def end_of_literal(source, match):
    """Where the comment, string or character that `match` begins has ended."""
    if match["block"]:
        depth, position = 1, match.end()
        while depth > 0:
            edge = BLOCK_EDGE.search(source, position)
            if edge is None:
                return len(source)
            depth += 1 if edge.group() == "/*" else -1
            position = edge.end()
        return position
    if match["raw"]:
        end = source.find('"' + match["hashes"], match.end())
        return len(source) if end < 0 else end + 1 + len(match["hashes"])
    if match["string"]:
        end = STRING_END.match(source, match.end())
        return len(source) if end is None else end.end()
    return match.end()


def blank(source):
    """The code alone: comments, strings and characters become spaces, lines stay lines."""
    parts, position = [], 0
    while match := LITERAL.search(source, position):
        end = end_of_literal(source, match)
        parts.append(source[position : match.start()])
        parts.append(re.sub(r"[^\n]", " ", source[match.start() : end]))
        position = end
    parts.append(source[position:])
    return "".join(parts)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def closing_brace(code, opening):
    depth = 0
    for position in range(opening, len(code)):
        if code[position] == "{":
            depth += 1
        elif code[position] == "}":
            depth -= 1
            if depth == 0:
                return position
    return len(code) - 1


def body_of(code, position):
    """The opening brace of the function whose name ends at `position`; None if it has no body."""
    depth = 0
    for here in range(position, len(code)):
        character = code[here]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0 and character == "{":
            return here
        elif depth == 0 and character == ";":
            return None
    return None


def functions(code):
    """(name, first line, number of lines) of every function with a body."""
    for match in FUNCTION.finditer(code):
        opening = body_of(code, match.end())
        if opening is not None:
            first = line_of(code, match.start())
            yield match[1], first, line_of(code, closing_brace(code, opening)) - first + 1


def without_test_modules(code):
    for match in reversed(list(TEST_MODULE.finditer(code))):
        end = closing_brace(code, match.end() - 1) + 1
        code = code[: match.start()] + re.sub(r"[^\n]", " ", code[match.start() : end]) + code[end:]
    return code


def read_path(code, position):
    """Every path, as a list of segments, in the path or `use` tree that begins at `position`."""

    def tree(position, prefix):
        paths, segments = [], list(prefix)
        while token := TOKEN.match(code, position):
            text = token[1]
            if text == "{":
                position = token.end()
                while True:
                    inner, position = tree(position, segments)
                    paths += inner
                    token = TOKEN.match(code, position)
                    if token is None:
                        return paths, position
                    position = token.end()
                    if token[1] != ",":
                        return paths, position
            if text in {"}", ","}:
                break
            segments.append(text)
            position = token.end()
            separator = TOKEN.match(code, position)
            if text == "*" or separator is None or separator[1] != "::":
                alias = re.compile(r"\s+as\s+\w+").match(code, position)
                position = alias.end() if alias else position
                break
            position = separator.end()
        if len(segments) > len(prefix):
            paths.append(segments)
        return paths, position

    return tree(position, [])[0]


# --- The tree -----------------------------------------------------------------------------------


class Tree:
    """The project's files: what git tracks and what it would, if asked to add everything."""

    def __init__(self, root):
        self.root = root
        self.texts = {}
        for path in sorted(self.list_files()):
            file = root / path
            if file.is_symlink() or not file.is_file():
                continue
            data = file.read_bytes()
            if b"\0" in data:
                continue
            try:
                self.texts[path] = data.decode()
            except UnicodeDecodeError:
                continue
        self.code = {path: blank(text) for path, text in self.texts.items() if path.endswith(".rs")}

    def list_files(self):
        git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(git, cwd=self.root, capture_output=True, check=False)
        if listing.returncode == 0:
            return {path for path in listing.stdout.decode().split("\0") if path}
        files = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        unwanted = GENERATED | {"target", "__pycache__", ".git"}
        return {path.as_posix() for path in files if not unwanted.intersection(path.parts)}

    def matching(self, pattern):
        return [path for path in self.texts if re.fullmatch(pattern, path)]


def is_test_file(path):
    parts = path.split("/")
    return "tests" in parts[:-1] or parts[-1] == "tests.rs" or parts[-1].endswith("_tests.rs")


def stale(allowed, used):
    unneeded = (key for key in allowed if key not in used)
    return [f"tools/tidy.py:1: exception `{key}` is not needed" for key in unneeded]


# --- Rules: each takes the tree and returns (breaches, what it read) ----------------------------


def rule_file_length(tree):
    """A .rs file has at most 500 lines."""
    breaches, used = [], set()
    for path in tree.code:
        lines = len(tree.texts[path].splitlines())
        if lines > FILE_LINES and path in LONG_FILES:
            used.add(path)
        elif lines > FILE_LINES:
            breaches.append(f"{path}:{lines}: {lines} lines; the limit is {FILE_LINES}")
    return breaches + stale(LONG_FILES, used), f"{len(tree.code)} Rust files"


def rule_function_length(tree):
    """A function in crates/*/src has at most 70 lines, from `fn` to its closing brace."""
    breaches, used, count = [], set(), 0
    for path in tree.matching(r"crates/[^/]+/src/.*\.rs"):
        for name, line, length in functions(tree.code[path]):
            count += 1
            key = f"{path}: {name}"
            if length > FUNCTION_LINES and key in LONG_FUNCTIONS:
                used.add(key)
            elif length > FUNCTION_LINES:
                breaches.append(
                    f"{path}:{line}: `{name}` has {length} lines; the limit is {FUNCTION_LINES}"
                )
    return breaches + stale(LONG_FUNCTIONS, used), f"{count} functions"


def rule_line_length(tree):
    """A line of a .rs file has at most 100 characters; a URL or a table row in a comment may be longer."""
    breaches, count = [], 0
    for path in tree.code:
        for number, line in enumerate(tree.texts[path].splitlines(), 1):
            count += 1
            if len(line) > LINE_CHARACTERS and not re.match(r"\s*//.*(://|\|$)", line):
                breaches.append(
                    f"{path}:{number}: {len(line)} characters; the limit is {LINE_CHARACTERS}"
                )
    return breaches, f"{count} lines"


def rule_header(tree):
    """A .rs file under a src folder begins with a `//!` header."""
    paths = tree.matching(r"(?:.*/)?src/.*\.rs")
    bad = [path for path in paths if not tree.texts[path].lstrip().startswith("//!")]
    return [f"{path}:1: does not begin with `//!`" for path in bad], f"{len(paths)} files"


def forbidden_in(path, line):
    """What a line contains that no file of ours may."""
    for pattern in (WORD, MACHINE):
        yield from (match.group() for match in pattern.finditer(line))
    names_source = any(
        path.endswith(file) and pattern.match(line) for file, pattern in SOURCE_LINES.items()
    )
    for match in URL.finditer(line):
        host = match[1].lower()
        is_mirror = MIRROR_LABELS.intersection(re.split(r"[.-]", host))
        if is_mirror or (names_source and host not in SOURCE_HOSTS):
            yield host
    if path.endswith(".cargo/config.toml") and "replace-with" in line:
        yield "replace-with"


def rule_forbidden_text(tree):
    """No words of unfinished work, no paths of one machine, no hosts of a package mirror."""
    breaches, used, count = [], set(), 0
    for path, text in tree.texts.items():
        if GENERATED.intersection(path.split("/")):
            continue
        count += 1
        for number, line in enumerate(text.splitlines(), 1):
            for found in forbidden_in(path, line):
                key = f"{path}: {found}"
                if key in FORBIDDEN_TEXT:
                    used.add(key)
                else:
                    breaches.append(f"{path}:{number}: `{found}` must not be written here")
    return breaches + stale(FORBIDDEN_TEXT, used), f"{count} text files"


def module_path(path):
    """The module that a file of core holds: `modules/fees/apply.rs` is modules::fees::apply."""
    parts = path.removeprefix("crates/core/src/").removesuffix(".rs").split("/")
    return parts[:-1] if parts[-1] in {"mod", "lib"} else parts


def enclosing_modules(code, position):
    """The inline modules around a position, outermost first."""
    return [
        match[1]
        for match in INLINE_MODULE.finditer(code, 0, position)
        if closing_brace(code, match.end() - 1) > position
    ]


def resolve(segments, here):
    """A path from the crate's root, for one that begins with `crate`, `self` or `super`."""
    resolved = [] if segments[0] == "crate" else list(here)
    for segment in segments:
        if segment == "super":
            resolved = resolved[:-1]
        elif segment not in {"crate", "self"}:
            resolved.append(segment)
    return resolved


def named_module(path, tree):
    """The module of core that a resolved path leads into; "" when it hides which one."""
    if path[:1] == ["modules"]:
        return path[1] if len(path) > 1 and path[1] != "*" else ""
    root = path[0] if path else None
    # A re-export of a module at the crate's root.
    if root in RANKS and f"crates/core/src/{root}.rs" not in tree.texts:
        return root
    return None


def rank_breaches(path, tree):
    """(how many paths a file names, its breaches of the ranks)."""
    code = without_test_modules(tree.code[path])
    home = module_path(path)
    module, count, breaches = home[1], 0, []
    for match in PATH_START.finditer(code):
        here = home + enclosing_modules(code, match.start())
        for segments in read_path(code, match.start()):
            count += 1
            name = named_module(resolve(segments, here), tree)
            where = f"{path}:{line_of(code, match.start())}"
            if name is None or name == module:
                continue
            if name == "":
                breaches.append(f"{where}: names `modules` as a whole; name the module")
            elif name not in RANKS:
                breaches.append(f"{where}: module `{name}` has no rank in tools/tidy.py")
            elif RANKS[name] >= RANKS[module]:
                breaches.append(
                    f"{where}: `{module}` (rank {RANKS[module]}) must not use `{name}` "
                    f"(rank {RANKS[name]})"
                )
    return count, list(dict.fromkeys(breaches))


def rule_module_ranks(tree):
    """A module of core uses modules of lower rank only; tests may use any."""
    breaches, paths, modules = [], 0, set()
    for path in tree.matching(r"crates/core/src/modules/.*\.rs"):
        home = module_path(path)
        if len(home) < 2 or is_test_file(path):
            continue
        if home[1] not in RANKS:
            breaches.append(f"{path}:1: module `{home[1]}` has no rank in tools/tidy.py")
            continue
        modules.add(home[1])
        count, found = rank_breaches(path, tree)
        paths += count
        breaches += found
    return breaches, f"{len(modules)} modules, {paths} paths"


def rule_floats(tree):
    """No f32, f64 or decimal literal in amounts and core, where results must not vary."""
    breaches, used = [], set()
    paths = tree.matching(r"crates/(?:core|amounts)/src/.*\.rs")
    for path in paths:
        for number, line in enumerate(tree.code[path].splitlines(), 1):
            match = FLOAT.search(line)
            if match and path in FLOAT_FILES:
                used.add(path)
            elif match:
                breaches.append(f"{path}:{number}: floating point: `{match.group()}`")
    return breaches + stale(FLOAT_FILES, used), f"{len(paths)} files"


def dependencies(manifest):
    """The package names of every dependency: normal, build and development, of any target."""
    kinds = ("dependencies", "dev-dependencies", "build-dependencies")
    for table in [manifest, *manifest.get("target", {}).values()]:
        for kind in kinds:
            for key, value in table.get(kind, {}).items():
                yield value.get("package", key) if isinstance(value, dict) else key


def rule_crate_directions(tree):
    """Our crates depend on each other in one direction only, development included."""
    breaches, count = [], 0
    manifests = tree.matching(r"crates/[^/]+/Cargo\.toml")
    for path in manifests:
        crate = path.split("/")[1]
        if crate not in DIRECTIONS:
            breaches.append(f"{path}:1: crate `{crate}` has no line in DIRECTIONS of tools/tidy.py")
            continue
        for package in dependencies(tomllib.loads(tree.texts[path])):
            if not package.startswith(PACKAGE_PREFIX):
                continue
            count += 1
            target, allowed = package.removeprefix(PACKAGE_PREFIX), DIRECTIONS[crate]
            if allowed is not None and target not in allowed:
                may = ", ".join(sorted(allowed)) or "none of our crates"
                breaches.append(f"{path}:1: `{crate}` may use {may}; not `{target}`")
    return breaches, f"{len(manifests)} manifests, {count} dependencies between our crates"


def rule_error_numbers(tree):
    """An error number of the core names one error."""
    breaches, seen = [], {}
    for path in tree.matching(r"crates/core/src/.*\.rs"):
        for block in re.finditer(r"numbered_errors! \{(.*?)\n\}", tree.texts[path], re.DOTALL):
            base = re.search(r"^    (\d+);$", block[1], re.MULTILINE)
            if base is None:
                continue
            for found in re.finditer(r"^    (\d+) ([A-Z]\w*) \{", block[1], re.MULTILINE):
                number, name = int(base[1]) + int(found[1]), f"{path}: {found[2]}"
                if number in seen:
                    breaches.append(f"{number} is {seen[number]} and {name}")
                seen[number] = name
    return breaches, f"{len(seen)} numbers"


RULES = {
    "file length": rule_file_length,
    "function length": rule_function_length,
    "line length": rule_line_length,
    "header": rule_header,
    "forbidden text": rule_forbidden_text,
    "module ranks": rule_module_ranks,
    "floats": rule_floats,
    "crate directions": rule_crate_directions,
    "error numbers": rule_error_numbers,
}


# --- Self-test ----------------------------------------------------------------------------------

FORMULAS = "crates/core/src/modules/fees/formulas.rs"
LINES_OF_BODY = "    let _ = 1;\n"


def function_of(lines, head="fn long()"):
    return f"//! Header.\n{head} {{\n{LINES_OF_BODY * (lines - 2)}}}\n"


def with_header(code):
    return f"//! Header.\n{code}\n"


# (rule, is it a breach, path, text)
ERRORS = """numbered_errors! {
    /// Why.
    900;
    /// One.
    70 One {} => "one";
}
numbered_errors! {
    /// Why.
    950;
    /// Two.
    NUMBER Two {
        /// What.
        what: u8,
    } => "two";
}
"""

SAMPLES = [
    ("error numbers", True, "crates/core/src/a.rs", ERRORS.replace("NUMBER", "20")),
    ("error numbers", False, "crates/core/src/a.rs", ERRORS.replace("NUMBER", "21")),
    ("file length", True, "crates/core/src/a.rs", with_header("\n" * FILE_LINES)),
    ("file length", False, "crates/core/src/a.rs", "//! Header.\n" * FILE_LINES),
    ("function length", True, "crates/core/src/a.rs", function_of(FUNCTION_LINES + 1)),
    ("function length", False, "crates/core/src/a.rs", function_of(FUNCTION_LINES)),
    (
        "function length",
        True,
        "crates/core/src/a.rs",
        function_of(FUNCTION_LINES + 1, "fn long<'a>(x: [u8; 4]) -> [&'a str; 2] where T: Copy"),
    ),
    (
        "function length",
        True,
        "crates/core/src/a.rs",
        function_of(FUNCTION_LINES + 1, 'fn long(x: char) /* } */').replace("1;", "'}'; // }", 9),
    ),
    (
        "function length",
        False,
        "crates/core/src/a.rs",
        with_header('fn a() { let _ = ("{", r#"{"{"#, \'{\', b\'{\'); /* { /* { */ { */ }\n')
        + "// {\n" * FUNCTION_LINES,
    ),
    (
        "function length",
        False,
        "crates/core/src/a.rs",
        with_header("trait T { fn a(x: [u8; 2]); }\n" + "\n" * FUNCTION_LINES + "struct S {}"),
    ),
    ("function length", False, "benches/src/a.rs", function_of(FUNCTION_LINES + 1)),
    ("line length", True, "benches/b.rs", "// " + "é" * (LINE_CHARACTERS - 2)),
    ("line length", False, "benches/b.rs", "// " + "é" * (LINE_CHARACTERS - 3)),
    ("line length", False, "benches/b.rs", "// https://example.org/" + "a" * LINE_CHARACTERS),
    ("header", True, "crates/core/src/a.rs", "fn a() {}\n"),
    ("header", False, "crates/core/src/a.rs", "//! A.\nfn a() {}\n"),
    ("header", False, "crates/core/tests/a.rs", "fn a() {}\n"),
    *[("forbidden text", True, "docs/a.md", f"then {word} it\n") for word in UNFINISHED],
    *[("forbidden text", True, "run.sh", f"cd {path}main\n") for path in MACHINE_PATHS],
    ("forbidden text", False, "docs/a.md", "crates/core/src/modules/work/apply.rs, ./work/x\n"),
    ("forbidden text", False, "docs/a.md", "HACKATHON, mastodon, https://crates.io/crates/x\n"),
    ("forbidden text", True, "docs/a.md", "https://pypi.mir" "ror.example.org/simple\n"),
    (
        "forbidden text",
        True,
        "t/package-lock.json",
        '      "resolved": "https://npm.example.org/x/-/x-1.0.0.tgz",\n',
    ),
    (
        "forbidden text",
        False,
        "t/package-lock.json",
        '      "resolved": "https://registry.npmjs.org/x/-/x-1.0.0.tgz",\n"url": "https://x.org"\n',
    ),
    ("forbidden text", True, "Cargo.lock", 'source = "registry+https://crates.example.org/i"\n'),
    (
        "forbidden text",
        False,
        "Cargo.lock",
        'source = "registry+https://github.com/rust-lang/crates.io-index"\n',
    ),
    ("forbidden text", True, ".cargo/config.toml", 'replace-with = "near"\n'),
    ("forbidden text", True, "t/.npmrc", "registry=https://npm.example.org/\n"),
    *[
        ("module ranks", True, FORMULAS, with_header(code))
        for code in (
            "use crate::modules::stake::Stake;",
            "use crate::modules::vesting::Grant;",
            "use crate::{block::Block, modules::{ledger::Account, stake::{self, Lock}}};",
            "use super::super::stake::Stake;",
            "fn a() { crate::modules::governance::count(); }",
            "use crate::modules::*;",
            "use crate::modules as m;",
            "use crate::stake::Stake;",
            "use crate::modules::unheard::Of;",
            "mod inner { use super::super::super::stake::Stake; }",
        )
    ],
    (
        "module ranks",
        True,
        "crates/core/src/modules/fees/mod.rs",
        with_header("use super::work::W;"),
    ),
    ("module ranks", True, "crates/core/src/modules/unheard/mod.rs", with_header("")),
    *[
        ("module ranks", False, FORMULAS, with_header(code))
        for code in (
            "use crate::modules::ledger::{Account, Pot};\nuse crate::modules::fees::state;",
            "use super::state::Fees;\nuse super::{errors::Error, params as p};",
            "// use crate::modules::stake::Stake;",
            "#[cfg(test)]\nmod tests { use crate::modules::stake::Stake; }",
            "use crate::{error::Error, state::State};",
            "pub(in crate::modules) fn a() {}",
        )
    ],
    (
        "module ranks",
        False,
        "crates/core/src/modules/fees/tests.rs",
        with_header("use crate::modules::stake::Stake;"),
    ),
    *[
        ("floats", True, "crates/amounts/src/a.rs", with_header(code))
        for code in ("fn a(x: f64) {}", "1f32", "x = 0.5;", "1e9")
    ],
    *[
        ("floats", False, "crates/core/src/a.rs", with_header(code))
        for code in ("// f64 0.5", 'let s = "0.5";', "x.0.1 + y.0", "for i in 0..5 {}", "0x1e5f32")
    ],
    ("floats", False, "crates/cli/src/a.rs", with_header("fn a(x: f64) {}")),
    *[
        ("crate directions", True, f"crates/{crate}/Cargo.toml", text)
        for crate, text in (
            ("amounts", '[dependencies]\nworkmint-core.workspace = true\n'),
            ("core", '[dev-dependencies]\nworkmint-networks = { path = "../networks" }\n'),
            ("networks", "[build-dependencies]\nworkmint-storage.workspace = true\n"),
            ("core", '[dependencies]\nx = { package = "workmint-cli", path = "../cli" }\n'),
            ("core", "[target.'cfg(unix)'.dependencies]\nworkmint-storage.workspace = true\n"),
            ("unheard", "[dependencies]\n"),
        )
    ],
    *[
        ("crate directions", False, f"crates/{crate}/Cargo.toml", text)
        for crate, text in (
            ("core", '[dependencies]\nworkmint-amounts.workspace = true\nserde = "1"\n'),
            ("cli", "[dependencies]\nworkmint-storage.workspace = true\n"),
        )
    ],
]


def self_test():
    """Whether every rule fires on its bad samples and only on them."""
    passed, failures = 0, []
    for name, is_breach, path, text in SAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            breaches, _ = RULES[name](Tree(Path(folder)))
        if bool(breaches) == is_breach:
            passed += 1
        else:
            verb = "misses" if is_breach else "wrongly rejects"
            failures.append(f"rule `{name}` {verb} {path}: {text[:200]!r} {breaches}")
    for name in RULES:
        if not any(sample[0] == name and sample[1] for sample in SAMPLES):
            failures.append(f"rule `{name}` has no bad sample")
    return passed, failures


def check(root):
    tree, passed, failures = Tree(root), 0, []
    for name, rule in RULES.items():
        breaches, read = rule(tree)
        print(f"{name}: {read}: {f'{len(breaches)} breaches' if breaches else 'ok'}")
        for breach in breaches:
            print(f"  {breach}")
        if breaches:
            failures.append(name)
        else:
            passed += 1
    return passed, failures


def main():
    rules = "\n".join(f"  {name}: {rule.__doc__}" for name, rule in RULES.items())
    parser = argparse.ArgumentParser(
        description="Checks the house rules:\n" + rules,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--self-test", action="store_true", help="prove that each rule fires")
    if parser.parse_args().self_test:
        passed, failures = self_test()
        for failure in failures:
            print(failure)
    else:
        passed, failures = check(Path(__file__).resolve().parent.parent)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
