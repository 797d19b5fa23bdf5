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

from limits import FILE_LINES, FUNCTION_LINES, LINE_CHARACTERS, MACHINE_PATHS, UNFINISHED
from rust_text import (
    INLINE_MODULE,
    blank,
    functions,
    line_of,
    closing_brace,
    read_path,
    without_test_modules,
)
from tidy_samples import SAMPLES


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
PATH_START = re.compile(r"(?<![\w:$])(?<!\(in )(?:crate|self|super)(?=\s*::)")


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
