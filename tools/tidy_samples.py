"""What each rule of tidy.py must find and what it must leave alone."""

from limits import FILE_LINES, FUNCTION_LINES, LINE_CHARACTERS, MACHINE_PATHS, UNFINISHED

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
