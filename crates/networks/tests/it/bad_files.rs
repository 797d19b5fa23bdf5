//! Every way to get a network file wrong, and the line and words that say so.

use workmint_networks::{Position, Problem, parse, preset};

/// Name; what is replaced in the file, by what; part of the line the problem points at;
/// path; part of the problem's text.
pub(crate) type Case =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // No TOML.
    ("unclosed text", "name = \"gonka\"", "name = \"gonka", "name = \"gonka", "", "no TOML"),
    ("no value", "quorum = 2", "quorum =", "quorum =", "", "no TOML"),
    ("unclosed header", "[emission]", "[emission", "[emission", "", "no TOML"),
    ("words", "[network]", "a network", "a network", "", "no TOML"),
    ("key twice", "rate = \"-0.000475\"", "rate = \"-0.1\"\nrate = \"-0.2\"",
     "rate = \"-0.2\"", "", "duplicate key \"rate\""),
    ("section twice", "[fees]", "[market]\n[fees]", "[market]", "", "duplicate key"),
    ("a number of the shell", "quorum = 2", "quorum = $Q", "quorum", "", "no TOML"),
    // Keys and sections.
    ("unknown key", "allocation = ", "alocation = ", "alocation", "emission.alocation",
     "unknown key; the nearest known key is \"allocation\"; allowed: asset, schedule"),
    ("far from any key", "quorum = 2", "quorum = 2\nhoneypot = 1", "honeypot", "work.honeypot",
     "unknown key; allowed: quorum"),
    ("unknown section", "[slashing]", "[slasing]", "[slasing]", "slasing",
     "unknown section; the nearest known section is \"slashing\""),
    ("missing section", "[slashing]", "[slasing]", "# Gonka", "slashing",
     "the section [slashing] is missing"),
    ("unknown key in a list", "id = \"Qwen/Qwen3-32B-FP8\"", "id = \"a\"\nspeed = 1", "speed",
     "models[1].speed", "unknown key"),
    ("unknown key in a nested list", "amount = \"160000000\"", "amuont = \"160000000\"", "amuont",
     "assets[0].genesis[0].amuont", "nearest known key is \"amount\""),
    ("missing key", "quorum = 2", "", "[work]", "work.quorum",
     "missing in [work]: attestations that accept a report"),
    ("missing key in a list", "share = \"1\"", "", "[[streams]]", "streams[0].share", "missing in"),
    ("missing nested section", "[work.missed_requests]", "[work.checks]", "[work]",
     "work.missed_requests", "the section [work.missed_requests] is missing"),
    ("list for a section", "[emission]", "[[emission]]", "[[emission]]", "emission",
     "this is one section, not a list; allowed: [emission]"),
    ("section for a list", "[[streams]]\nname = \"usage\"", "[stream.usage]\nname = \"usage\"",
     "[stream.usage]", "stream", "nearest known section is \"streams\""),
    ("value and list", "[network]", "models = 3\n[network]", "[[models]]", "", "duplicate key"),
    ("value for a section", "[network]", "network = 3\n[x]", "network = 3", "network",
     "this is one section, not a bare number"),
    ("key of another schedule", "initial = \"285000\"", "initial = \"285000\"\nreward = \"1\"",
     "reward", "emission.reward", "has no meaning beside schedule \"exponential\""),
    ("share of payments", "source = \"payments\"", "source = \"payments\"\nshare = \"1\"",
     "share = \"1\"", "streams[1].share", "no meaning beside source \"payments\""),
    ("bonus of work", "score = \"work_done\"", "score = \"work_done\"\nfull_coverage = \"1\"",
     "full_coverage", "streams[1].full_coverage", "no meaning beside score \"work_done\""),
    ("threshold of a binomial test", "rule = \"ratio\"", "rule = \"binomial\"", "threshold",
     "work.missed_requests.threshold", "no meaning beside rule \"binomial\""),
    // Amounts.
    ("bare amount", "initial = \"285000\"", "initial = 285000", "initial", "emission.initial",
     "amounts are decimal strings in display units: write \"285000\""),
    ("amount with a bare dot", "cap = \"1000000000\"", "cap = 0.5", "cap", "assets[0].cap",
     "0.5 is a bare number; amounts are decimal strings in display units: write \"0.5\""),
    ("nan", "initial = \"285000\"", "initial = nan", "initial", "emission.initial",
     "nan is no number to settle by"),
    ("infinity", "flat = \"0\"", "flat = -inf", "flat", "fees.flat", "no number to settle by"),
    ("nan in quotes", "flat = \"0\"", "flat = \"NaN\"", "flat", "fees.flat",
     "\"NaN\" is no amount: character 'N'"),
    ("negative amount", "initial = \"285000\"", "initial = \"-285000\"", "initial",
     "emission.initial", "character '-'"),
    ("exponent", "initial = \"285000\"", "initial = \"285e3\"", "initial", "emission.initial",
     "character 'e' at position 3"),
    ("bare exponent", "initial = \"285000\"", "initial = 285e3", "initial", "emission.initial",
     "285e3 is no number to settle by"),
    ("commas", "initial = \"285000\"", "initial = \"285,000\"", "initial", "emission.initial",
     "character ','"),
    ("leading zero", "initial = \"285000\"", "initial = \"0285000\"", "initial",
     "emission.initial", "leading zero"),
    ("empty amount", "initial = \"285000\"", "initial = \"\"", "initial", "emission.initial",
     "empty"),
    ("no digit before the dot", "flat = \"0\"", "flat = \".5\"", "flat", "fees.flat",
     "before the dot"),
    ("too many decimals", "flat = \"0\"", "flat = \"0.0000000001\"", "flat", "fees.flat",
     "10 digits after the dot: at most 9 are allowed"),
    ("2^128", "cap = \"1000000000\"", "cap = \"340282366920938463463374607431.768211456\"", "cap",
     "assets[0].cap", "too large: at most 340282366920938463463374607431.768211455"),
    ("true for an amount", "flat = \"0\"", "flat = true", "flat", "fees.flat",
     "a text in quotes is needed, not true or false"),
    ("list for an amount", "flat = \"0\"", "flat = [\"0\"]", "flat", "fees.flat", "not a list"),
    // Ratios.
    ("bare ratio", "threshold = \"0.05\"", "threshold = 0.05", "threshold",
     "work.missed_requests.threshold", "ratios are decimal strings: write \"0.05\""),
    ("per cent", "downtime = \"0.10\"", "downtime = \"10%\"", "downtime", "slashing.downtime",
     "\"10%\" is no ratio"),
    ("zero denominator", "share = \"1\"", "share = \"1/0\"", "share", "streams[0].share",
     "\"1/0\" is no ratio"),
    ("negative ratio", "share = \"1\"", "share = \"-1\"", "share", "streams[0].share",
     "character '-'"),
    ("digits of a ratio", "base_weight_ratio = \"0.2\"",
     "base_weight_ratio = \"0.200000000000000000000000000000000000001\"", "base_weight_ratio",
     "weights.base_weight_ratio", "39 digits after the dot"),
    ("stake of 2^128 base units", "collateral_per_weight_unit = \"1\"",
     "collateral_per_weight_unit = \"340282366920938463463374607431\"",
     "collateral_per_weight_unit", "weights.collateral_per_weight_unit", "too many digits"),
    // Counts.
    ("count in quotes", "quorum = 2", "quorum = \"2\"", "quorum", "work.quorum",
     "counts have no quotes: write 2"),
    ("negative count", "quorum = 2", "quorum = -2", "quorum", "work.quorum",
     "\"-2\" is out of range; allowed: 0 to 4294967295"),
    ("huge count", "chain_id = 285000", "chain_id = 18446744073709551616", "chain_id",
     "network.chain_id", "out of range; allowed: 0 to 18446744073709551615"),
    ("count with a dot", "quorum = 2", "quorum = 2.5", "quorum", "work.quorum",
     "a whole number is needed"),
    ("300 decimals", "decimals = 9", "decimals = 300", "decimals", "assets[0].decimals",
     "\"300\" is out of range; allowed: 0 to 18"),
    // Durations.
    ("parsecs", "unbonding = \"28d\"", "unbonding = \"28 parsecs\"", "unbonding",
     "collateral.unbonding", "\"28 parsecs\" cannot be read; allowed: a whole number and a unit"),
    ("no unit", "unbonding = \"28d\"", "unbonding = \"28\"", "unbonding", "collateral.unbonding",
     "cannot be read"),
    ("bare duration", "unbonding = \"28d\"", "unbonding = 28", "unbonding", "collateral.unbonding",
     "a text in quotes is needed, not a bare number"),
    ("half a day", "unbonding = \"28d\"", "unbonding = \"0.5d\"", "unbonding",
     "collateral.unbonding", "cannot be read"),
    ("window in days", "window = \"1 epoch\"", "window = \"1d\"", "close_window",
     "market.close_window", ""),
    ("claims in days", "vesting = \"0 epochs\" # the code's", "vesting = \"180d\" # the code's",
     "vesting", "claims.vesting", "allowed: whole epochs"),
    ("epoch of an epoch", "epoch_length = \"1d\"", "epoch_length = \"1 epoch\"", "epoch_length",
     "network.epoch_length", "allowed: a time or a number of blocks"),
    // Words, names, owners.
    ("unknown schedule", "schedule = \"exponential\"", "schedule = \"smooth\"", "schedule",
     "emission.schedule", "unknown word \"smooth\"; allowed: exponential, fixed_per_block"),
    ("word in capitals", "mode = \"pull\"", "mode = \"Pull\"", "mode", "claims.mode",
     "allowed: pull, push"),
    ("unknown asset", "asset = \"GNK\"\n# 000", "asset = \"GONK\"\n# 000", "asset",
     "emission.asset", "there is no asset \"GONK\"; allowed: GNK"),
    ("empty name", "name = \"compute\"", "name = \"\"", "name = \"\"", "streams[0].name",
     "\"\" is no name; allowed: 1 to 64"),
    ("name with a space", "symbol = \"GNK\"", "symbol = \"G K\"", "symbol", "assets[0].symbol",
     "is no name"),
    ("wrong checksum", "to = \"founder\"", "to = \"0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"",
     "to = ", "assets[0].genesis[0].to", "write 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("short address", "judges = [\"judge-1\"]", "judges = [\"0x5aAe\"]", "judges",
     "roles.judges[0]", "40 hexadecimal digits"),
    ("treasury as judge", "judges = [\"judge-1\"]", "judges = [\"treasury\"]", "judges",
     "roles.judges[0]", "the treasury holds no role"),
    ("one judge without list", "judges = [\"judge-1\"]", "judges = \"judge-1\"", "judges",
     "roles.judges", "a list is needed, not a text"),
    ("stream to two words", "score = \"work_done\"",
     "score = \"fixed_account\"\naccount = \"the team\"", "account", "streams[1].account",
     "\"the team\" is no owner"),
    // What the core refuses, with its line.
    ("rate", "rate = \"-0.000475\"", "rate = \"-2\"", "rate", "emission.rate",
     "\"-2\" is out of range; allowed: -1 to 0"),
    ("shares", "share = \"1\"", "share = \"0.9\"", "[[streams]]", "streams",
     "the shares of emission sum to 0.9; allowed: shares that sum to exactly 1"),
    ("stream name twice", "name = \"usage\"", "name = \"compute\"", "name = \"compute\"",
     "streams[1].name", "already the name of streams[0].name"),
    ("model twice", "id = \"Qwen/Qwen3-32B-FP8\"", "id = \"Qwen/Qwen2.5-7B-Instruct\"", "id =",
     "models[1].id", "already the name"),
    ("19 decimals", "decimals = 9", "decimals = 19", "decimals", "assets[0].decimals", "0 to 18"),
    ("above the cap", "amount = \"160000000\"", "amount = \"160000001\"", "cap", "assets[0].cap",
     "is above the cap 1,000,000,000 GNK; allowed: at least 1,000,000,001 GNK"),
    ("reporter twice", "\"reporter-3\"]", "\"reporter-1\"]", "reporters", "roles.reporters[2]",
     "reporter-1 is already a reporter"),
    ("quorum", "quorum = 2", "quorum = 4", "quorum", "work.quorum", "there are 3; allowed: 1 to 3"),
    ("wrong split", "split = \"proportional\" # 000 §3.2", "split = \"direct\"",
     "split", "streams[0].split", "allowed: proportional"),
    ("treasury that vests", "vesting = \"0 epochs\" # the treasury", "vesting = \"1 epoch\" # the",
     "vesting", "assets[0].genesis[2].vesting", "the treasury never vests"),
];

pub(crate) fn problems(text: &str) -> Vec<Problem> {
    parse(text, "bad.toml").expect_err("the file must be refused")
}

#[test]
fn every_problem_has_its_line() {
    assert_cases(preset("gonka").unwrap().text, CASES);
    assert!(CASES.len() >= 40);
}

/// Each case spoils the file as it says.
pub(crate) fn assert_cases(file: &str, cases: &[Case]) {
    for (name, from, to, on, path, message) in cases {
        // A row without message proves that the other spelling is right.
        let text = crate::replaced(file, from, to);
        if message.is_empty() {
            assert!(parse(&text, "good.toml").is_ok(), "{name}");
            continue;
        }
        let all = problems(&text);
        let shown: Vec<String> = all.iter().map(ToString::to_string).collect();
        let hit =
            |problem: &&Problem| problem.path == *path && problem.to_string().contains(message);
        let found = all.iter().find(hit);
        let found = found.unwrap_or_else(|| panic!("{name}: {shown:#?}"));
        let line = text.lines().nth(found.line as usize - 1).unwrap_or("");
        assert!(line.contains(on), "{name}: {found} points at `{line}`");
        let prefix = format!("bad.toml:{}:{}: ", found.line, found.column);
        assert!(found.to_string().starts_with(&prefix), "{name}: {found}");
    }
}

#[test]
fn all_problems_at_once_in_order() {
    let mut text = preset("gonka").unwrap().text.to_owned();
    for (from, to) in [
        ("chain_id = 285000", "chain_id = \"285000\""),
        ("cap = \"1000000000\"", "cap = 1000000000"),
        ("schedule = \"exponential\"", "schedule = \"smooth\""),
        ("unbonding = \"28d\"", "unbonding = \"28 parsecs\""),
        ("mode = \"pull\"", "mode = \"pull\"\nmod = 1"),
    ] {
        text = crate::replaced(&text, from, to);
    }
    let all = problems(&text);
    let paths: Vec<&str> = all.iter().map(|problem| problem.path.as_str()).collect();
    let expected = [
        "network.chain_id",
        "assets[0].cap",
        "emission.schedule",
        "collateral.unbonding",
        "claims.mod",
    ];
    assert_eq!(paths, expected);
    assert!(all.iter().map(Problem::position).is_sorted());
}

#[test]
fn all_syntax_errors_at_once() {
    let all = problems("[network]\nname = \nchain_id = $\n[assets");
    assert!(all.len() >= 3, "{all:#?}");
    assert!(all.iter().all(|problem| problem.message.contains("no TOML")));
}

#[test]
fn the_column_is_that_of_the_value() {
    let gonka = preset("gonka").unwrap().text;
    let text = crate::replaced(gonka, "rate = \"-0.000475\"", "rate = \"-2\"");
    let line = 1 + text.lines().position(|line| line.starts_with("rate = ")).unwrap();
    let expected =
        format!("bad.toml:{line}:8: emission.rate: \"-2\" is out of range; allowed: -1 to 0");
    assert_eq!(problems(&text)[0].to_string(), expected);
}

#[test]
fn whole_files() {
    for (name, text) in [
        ("empty", ""),
        ("spaces", "  \n\n"),
        ("zero byte", "\0"),
        ("one section", "[network]\nname = \"x\"\n"),
        ("deep", &"[".repeat(10_000)),
        ("deep value", &format!("a = {}1{}", "[".repeat(5_000), "]".repeat(5_000))),
        ("json", "{\"network\": {}}"),
        ("binary", "\u{1}\u{2}\u{fffd}"),
    ] {
        assert!(!problems(text).is_empty(), "{name}");
    }
    let missing: Vec<String> = problems("").into_iter().map(|problem| problem.path).collect();
    for section in ["network", "emission", "weights", "collateral", "slashing", "work", "roles"] {
        assert!(missing.iter().any(|path| path == section), "{section} in {missing:?}");
    }
    assert_eq!(problems("")[0].position(), Position::START);
}

#[test]
fn lists_of_anything_else() {
    for (text, path, message) in [
        ("models = 3", "models", "this is a list of sections, not a bare number"),
        ("models = [1]", "models[0]", "a section is needed, not a bare number"),
        ("streams = \"all\"", "streams", "not a text; allowed: [[streams]]"),
        ("assets = {}", "assets", "this is a list of sections, not a section"),
        ("[[assets]]\ngenesis = 1999-12-31", "assets[0].genesis", "not a date"),
    ] {
        let all = problems(text);
        let hit = |problem: &Problem| problem.path == path && problem.to_string().contains(message);
        assert!(all.iter().any(hit), "{text}: {all:#?}");
    }
}

#[test]
fn no_asset_at_all() {
    let gonka = preset("gonka").unwrap().text;
    let start = gonka.find("[[assets]]").unwrap();
    let end = gonka.find("# The documents name no model").unwrap();
    let all = problems(&format!("{}{}", &gonka[..start], &gonka[end..]));
    let shown: Vec<String> = all.iter().map(ToString::to_string).collect();
    assert!(shown.iter().any(|line| line.contains("no asset \"GNK\"")), "{shown:#?}");
}
