//! Ways to get contributions, buckets and inflation wrong, and the line and words that say so.

use crate::bad_files::{Case, assert_cases, problems};
use crate::replaced;
use workmint_networks::preset;

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Inflation.
    ("rate of 1,100 %", "rate = \"0.1\" #", "rate = \"11\" #", "rate = \"11\"", "emission.rate",
     "\"11\" is out of range; allowed: 0 to 10"),
    ("no base", "base = \"1000000000\"", "", "[emission]", "emission.base",
     "missing in [emission]: what the rate a year is of"),
    ("bare base", "base = \"1000000000\"", "base = 1000000000", "base", "emission.base",
     "amounts are decimal strings in display units"),
    ("year in days", "year = \"8760 epochs\"", "year = \"365d\"", "year", "emission.year",
     "allowed: whole epochs"),
    ("no year", "year = \"8760 epochs\"", "year = \"0 epochs\"", "year", "emission.year",
     "\"0\" is out of range; allowed: 1 to"),
    ("initial of inflation", "base = \"1000000000\"", "base = \"1000000000\"\ninitial = \"1\"",
     "initial", "emission.initial", "no meaning beside schedule \"inflation\""),
    ("base of another schedule", "schedule = \"inflation\"", "schedule = \"remaining_fraction\"",
     "base = ", "emission.base", "no meaning beside schedule \"remaining_fraction\""),
    // Models.
    ("bare loss", "recorded_loss = \"2.5\"", "recorded_loss = 2.5", "recorded_loss",
     "models[0].recorded_loss", "losses are decimal strings: write \"2.5\""),
    ("digits of a loss", "recorded_loss = \"2.5\"", "recorded_loss = \"2.0000000001\"",
     "recorded_loss", "models[0].recorded_loss", "at most 9 are allowed"),
    ("huge loss", "recorded_loss = \"2.5\"", "recorded_loss = \"18446744073.709551616\"",
     "recorded_loss", "models[0].recorded_loss", "is too large; allowed: a decimal string below"),
    // 2^48 x 10^-9.
    ("loss above all submissions", "recorded_loss = \"2.5\"",
     "recorded_loss = \"281474.976710657\"", "recorded_loss", "models[0].recorded_loss",
     "\"281474.976710657\" is out of range; allowed: 0 to 281474.976710656"),
    ("negative loss", "recorded_loss = \"2.5\"", "recorded_loss = \"-2.5\"", "recorded_loss",
     "models[0].recorded_loss", "\"-2.5\" is no loss: character '-'"),
    // Streams.
    ("unknown score", "score = \"tasks\"", "score = \"task\"", "score", "streams[2].score",
     "unknown word \"task\"; allowed: poc_weight"),
    ("rate of 0", "rate = \"500\"", "rate = \"0\"", "rate = \"0\"", "streams[1].rate",
     "\"0\" is out of range; allowed: above 0"),
    ("bare rate", "rate = \"500\"", "rate = 500", "rate = 500", "streams[1].rate",
     "amounts are decimal strings in display units: write \"500\""),
    ("endless rate", "rate = \"10\" #", "rate = \"34028236692093846346337460743\" #", "rate",
     "streams[2].rate", "more than 2^128 base units; allowed: a smaller rate"),
    ("no minimum", "minimum = \"5\" #", "# ", "[[streams]]", "streams[2].minimum",
     "missing in [[streams]]: an accepted contribution is worth at least this"),
    ("minimum above the maximum", "minimum = \"10\" #", "minimum = \"10001\" #", "minimum",
     "streams[3].minimum", "10,001 BLY is above the maximum; allowed: 0 to 10,000 BLY"),
    ("maximum 0", "maximum = \"95890.2\"", "maximum = \"0\"", "maximum", "streams[1].maximum",
     "allowed: above 0"),
    ("least improvement above 1", "least_improvement = \"0.001\"", "least_improvement = \"1.1\"",
     "least_improvement", "streams[1].least_improvement", "allowed: 0 to 1"),
    ("least improvement of tokens", "maximum = \"10000\" # chosen: 10 M",
     "least_improvement = \"0\"\nmaximum = \"10000\" #", "least_improvement",
     "streams[0].least_improvement", "no meaning beside score \"tokens_quality\""),
    ("complexity of tokens", "[streams.quality]", "[streams.complexity]", "[streams.complexity]",
     "streams[0].complexity", "no meaning beside score \"tokens_quality\""),
    ("rate of a treasury", "score = \"tasks\"", "score = \"fixed_account\"\naccount = \"treasury\"",
     "rate = \"10\"", "streams[2].rate", "no meaning beside score \"fixed_account\""),
    ("bonus of tasks", "rate = \"10\" #", "full_coverage = \"1\"\nrate = \"10\" #", "full_coverage",
     "streams[2].full_coverage", "no meaning beside score \"tasks\""),
    ("floor above the share", "floor = \"0.30\"", "floor = \"0.46\"", "floor", "streams[0].floor",
     "\"0.46\" is out of range; allowed: 0 to share"),
    ("ceiling below the share", "ceiling = \"0.50\"", "ceiling = \"0.34\"", "ceiling",
     "streams[1].ceiling", "allowed: share to 1"),
    ("ceiling above all", "ceiling = \"0.50\"", "ceiling = \"1.01\"", "ceiling",
     "streams[1].ceiling", "allowed: share to 1"),
    ("priority", "priority = 4", "priority = 256", "priority", "streams[0].priority",
     "\"256\" is out of range; allowed: 0 to 255"),
    ("limit of a bucket", "floor = \"0.30\"", "floor = \"0.30\"\nlimit = \"none\"", "limit",
     "streams[0].limit", "no meaning beside split \"rate\""),
    ("forfeits of a bucket", "floor = \"0.30\"", "floor = \"0.30\"\nforfeits = \"burn\"",
     "forfeits", "streams[0].forfeits", "no meaning beside split \"rate\""),
    ("floor of a proportional split", "split = \"proportional\"",
     "split = \"proportional\"\nfloor = \"0\"", "floor", "streams[4].floor",
     "no meaning beside split \"proportional\""),
    ("proportional tasks", "split = \"rate\"\nfloor = \"0.05\"\nceiling = \"0.15\"\npriority = 2",
     "split = \"proportional\"", "split", "streams[2].split",
     "this score is paid at its rate; allowed: rate"),
    ("contributions out of payments", "source = \"payments\"\nscore = \"work_done\"\nsplit = ",
     "source = \"payments\"\nscore = \"tasks\"\nrate = \"1\"\nminimum = \"0\"\nmaximum = \"1\"\n\
      floor = \"0\"\nceiling = \"1\"\npriority = 9\nsplit = \"rate\" #", "source",
     "streams[4].source", "contributions are paid out of emission; allowed: emission"),
    // Multipliers.
    ("min above max", "min = \"0.5\"", "min = \"1.6\"", "min", "streams[0].quality.min",
     "allowed: 0 to max"),
    ("max 101", "max = \"1.5\"", "max = \"101\"", "max", "streams[0].quality.max",
     "allowed: above 0, at most 100"),
    ("digits of a multiplier", "min = \"0.5\"", "min = \"0.1234567\"", "min",
     "streams[0].quality.min", "allowed: at most 6 digits after the dot"),
    ("unknown rule", "rule = \"measured\"", "rule = \"claimed\"", "rule", "streams[0].quality.rule",
     "unknown word \"claimed\"; allowed: measured, consensus, by_improvement"),
    ("steps of a measure", "rule = \"measured\"", "rule = \"measured\"\nsteps = []", "steps",
     "streams[0].quality.steps", "no meaning beside rule \"measured\""),
    ("no steps", "rule = \"measured\"", "rule = \"consensus\"\nfew = 3\nfew_value = \"0.8\"",
     "[streams.quality]", "streams[0].quality.steps", "missing in [streams.quality]"),
    ("many few", "rule = \"measured\"",
     "rule = \"consensus\"\nsteps = [[\"0\", \"1\"]]\nfew = 65\nfew_value = \"0.8\"", "few = 65",
     "streams[0].quality.few", "allowed: 0 to 64"),
    ("value for few", "rule = \"measured\"",
     "rule = \"consensus\"\nsteps = [[\"0\", \"1\"]]\nfew = 3\nfew_value = \"101\"", "few_value",
     "streams[0].quality.few_value", "allowed: 0 to 100"),
    ("improvement of tokens", "rule = \"measured\"",
     "rule = \"by_improvement\"\nsteps = [[\"0\", \"1\"]]", "rule", "streams[0].quality.rule",
     "only improvements have a multiplier by improvement; allowed: measured, consensus"),
    ("share above 1", "rule = \"measured\"",
     "rule = \"consensus\"\nsteps = [[\"0\", \"1\"], [\"1.1\", \"2\"]]\nfew = 0\nfew_value = \"1\"",
     "steps", "streams[0].quality.steps[1]", "\"1.1\" is out of range; allowed: 0 to 1"),
    // Contributions.
    ("submit window in hours", "submit_window = \"48 epochs\"", "submit_window = \"48h\"",
     "submit_window", "contributions.submit_window", "allowed: whole epochs"),
    ("submit window", "submit_window = \"48 epochs\"", "submit_window = \"1001 epochs\"",
     "submit_window", "contributions.submit_window",
     "\"1001\" is out of range; allowed: 0 to 1000"),
    ("no verifier", "verifiers = 3", "verifiers = 0", "verifiers", "contributions.verifiers",
     "allowed: 1 to 64"),
    ("verifiers there are not", "verifiers = 3", "verifiers = 6", "verifiers",
     "contributions.verifiers", "there are 5 verifiers; allowed: 2 to 5"),
    ("no majority", "approvals = 2", "approvals = 1", "approvals", "contributions.approvals",
     "\"1\" is out of range; allowed: 2 to 3"),
    ("more than all", "approvals = 2", "approvals = 4", "approvals", "contributions.approvals",
     "allowed: 2 to 3"),
    ("confidence", "confidence = \"0.95\"", "confidence = \"95\"", "confidence",
     "contributions.confidence", "\"95\" is out of range; allowed: 0 to 1"),
    ("no time to verify", "verify_window = \"24h\"", "verify_window = \"0h\"", "verify_window",
     "contributions.verify_window", "allowed: a duration above 0"),
    ("bare window", "challenge_window = \"24h\"", "challenge_window = 24", "challenge_window",
     "contributions.challenge_window", "a text in quotes is needed"),
    ("endless window", "challenge_window = \"24h\"", "challenge_window = \"3651d\"",
     "challenge_window", "contributions.challenge_window", "allowed: at most 3,650 days"),
    ("bare bond", "challenge_bond = \"10\"", "challenge_bond = 10", "challenge_bond",
     "contributions.challenge_bond", "write \"10\""),
    ("endless decision", "decision_window = \"24h\"", "decision_window = \"100001 epochs\"",
     "decision_window", "contributions.decision_window", "or 100,000 epochs"),
    ("limit 0", "most = 10", "most = 0", "most", "contributions.rate_limit.most",
     "allowed: 1 to 1000000"),
    ("interval in epochs", "interval = \"1h\"", "interval = \"1 epoch\"", "interval",
     "contributions.rate_limit.interval", "cannot be read; allowed: a whole number and a unit"),
    ("interval", "interval = \"1h\"", "interval = \"999ms\"", "interval",
     "contributions.rate_limit.interval", "\"999ms\" is out of range; allowed: 1s to 366d"),
    ("cool-down", "cooldown = \"30m\"", "cooldown = \"367d\"", "cooldown",
     "contributions.rate_limit.cooldown", "allowed: 0s to 366d"),
    ("half a limit", "cooldown = \"30m\"", "", "[contributions.rate_limit]",
     "contributions.rate_limit.cooldown", "missing in [contributions.rate_limit]"),
    // Buckets.
    ("rollover in hours", "rollover = \"24 epochs\"", "rollover = \"24h\"", "rollover",
     "buckets.rollover", "allowed: whole epochs"),
    ("rollover", "rollover = \"24 epochs\"", "rollover = \"10001 epochs\"", "rollover",
     "buckets.rollover", "allowed: 0 to 10000"),
    ("no recipient", "max_recipient_share = \"0.25\"", "max_recipient_share = \"0\"",
     "max_recipient_share", "buckets.max_recipient_share", "allowed: above 0, at most 1"),
    ("age in epochs", "max_age = \"42d\"", "max_age = \"42 epochs\"", "max_age",
     "buckets.backpay.max_age", "cannot be read"),
    ("age", "max_age = \"42d\"", "max_age = \"3661d\"", "max_age", "buckets.backpay.max_age",
     "\"3661d\" is out of range; allowed: 1s to 3660d"),
    ("decay of one number", "[\"7\", \"0.9\"]", "[\"7\"]", "decay", "buckets.backpay.decay[1]",
     "1 numbers are no step; allowed: two decimal strings"),
    ("decay without a list", "[\"7\", \"0.9\"]", "\"7\"", "decay", "buckets.backpay.decay[1]",
     "a list is needed, not a text"),
    ("bare decay", "[\"7\", \"0.9\"]", "[7, \"0.9\"]", "decay", "buckets.backpay.decay[1][0]",
     "ratios are decimal strings: write \"7\""),
    ("decay that ends", "decay = [[\"0\", \"1\"], ", "decay = [", "decay",
     "buckets.backpay.decay[0]", "the first step begins at 7; allowed: 0"),
    ("decay twice", "[\"14\", \"0.7\"]", "[\"7\", \"0.7\"]", "decay", "buckets.backpay.decay[2]",
     "7 does not come after 7; allowed: above 7"),
    ("decay that rises", "[\"14\", \"0.7\"]", "[\"14\", \"0.95\"]", "decay",
     "buckets.backpay.decay[2]", "the value rises from 0.9 to 0.95; allowed: 0 to 0.9"),
    ("decay above 1", "[\"7\", \"0.9\"]", "[\"7\", \"1.1\"]", "decay", "buckets.backpay.decay[1]",
     "\"1.1\" is out of range; allowed: values 0 to 1"),
    ("no period", "max_periods = 168", "max_periods = 0", "max_periods",
     "buckets.backpay.max_periods", "allowed: 1 to 1000000"),
    ("share", "share = \"0.5\" #", "share = \"1.5\" #", "share", "buckets.backpay.share",
     "allowed: 0 to 1"),
    // Alerts.
    ("alert", "high_backpay = \"100000\"", "high_backpays = \"100000\"", "high_backpays",
     "buckets.alerts.high_backpays", "unknown key; the nearest known key is \"high_backpay\""),
    ("missing alert", "least_utilization = \"0.15\"", "", "[buckets.alerts]",
     "buckets.alerts.least_utilization", "missing in [buckets.alerts]"),
    ("alert for payments", "streams = [\"learning\"]", "streams = [\"usage\"]", "streams",
     "buckets.alerts.streams[0]", "allowed: names of streams with split rate, none twice"),
    ("alert twice", "streams = [\"learning\"]", "streams = [\"learning\", \"learning\"]",
     "streams", "buckets.alerts.streams[1]", "names of streams with split rate, none twice"),
    ("utilization", "least_utilization = \"0.15\"", "least_utilization = \"15\"",
     "least_utilization", "buckets.alerts.least_utilization",
     "\"15\" is out of range; allowed: 0 to 1"),
    ("bare backpay", "high_backpay = \"100000\"", "high_backpay = 100000", "high_backpay",
     "buckets.alerts.high_backpay", "write \"100000\""),
    ("critical before high", "critical_backpay = \"200000\"", "critical_backpay = \"99999\"",
     "critical_backpay", "buckets.alerts.critical_backpay",
     "less than high_backpay; allowed: at least high_backpay"),
    // Roles.
    ("treasury as verifier", "\"verifier-5\"]", "\"treasury\"]", "verifiers",
     "roles.verifiers[4]", "the treasury holds no role"),
    ("verifier twice", "\"verifier-5\"]", "\"verifier-4\"]", "verifiers", "roles.verifiers[4]",
     "verifier-4 is already a verifier; allowed: each account once"),
    ("too few verifiers", "\"verifier-1\", \"verifier-2\", \"verifier-3\", ", "", "verifiers = 3",
     "contributions.verifiers", "3 verdicts cannot be had: there are 2 verifiers; allowed: 2 to 2"),
    ("one verifier", "\"verifier-1\", \"verifier-2\", \"verifier-3\", \"verifier-4\", ", "",
     "verifiers = 3", "contributions.verifiers",
     "there are 1 verifiers; allowed: at least 3 verifiers in [roles]"),
    ("nobody verifies",
     "verifiers = [\"verifier-1\", \"verifier-2\", \"verifier-3\", \"verifier-4\", \"verifier-5\"]",
     "verifiers = []", "verifiers = 3", "contributions.verifiers",
     "there are 0 verifiers; allowed: at least 3 verifiers in [roles]"),
];

/// The preset with the optional sections it does not use.
fn blyan() -> String {
    let text = preset("blyan").unwrap().text;
    let text = replaced(text, "[contributions.rate_limit]\n", REPUTATION);
    replaced(&text, "genesis_epoch = 0", DYNAMIC)
}

const REPUTATION: &str = r#"[contributions.reputation]
per_contribution = "0.1"
most_contributions = "30"
accuracy = "20"
per_stake_decade = "5"
most_stake = "21"
days_per_point = "30.5"
most_age = "22"
clean = "10"
per_violation = "2"
least = "9"
least_stake = "100"

[contributions.rate_limit]
"#;

const DYNAMIC: &str = r#"genesis_epoch = 0

[emission.dynamic]
of_supply = false
full_activity = 1000
least_activity = "0.51"
most_activity = "1.51"
backlog = [["0", "1"], ["1", "0.91"], ["3", "0.8"]]
least = "0.52"
most = "1.52"
"#;

#[rustfmt::skip]
const MORE: &[Case] = &[
    ("points above 100", "per_contribution = \"0.1\"", "per_contribution = \"101\"", "per_contr",
     "contributions.reputation.per_contribution", "\"101\" is out of range; allowed: 0 to 100"),
    ("most", "most_contributions = \"30\"", "most_contributions = \"101\"", "most_contr",
     "contributions.reputation.most_contributions", "0 to 100"),
    ("accuracy", "accuracy = \"20\"", "accuracy = \"101\"", "accuracy",
     "contributions.reputation.accuracy", "0 to 100"),
    ("decade", "per_stake_decade = \"5\"", "per_stake_decade = 5", "per_stake_decade",
     "contributions.reputation.per_stake_decade", "write \"5\""),
    ("most stake", "most_stake = \"21\"", "most_stake = \"101\"", "most_stake",
     "contributions.reputation.most_stake", "0 to 100"),
    ("no days", "days_per_point = \"30.5\"", "days_per_point = \"0\"", "days_per_point",
     "contributions.reputation.days_per_point", "allowed: above 0, at most 3650"),
    ("most age", "most_age = \"22\"", "most_age = \"101\"", "most_age",
     "contributions.reputation.most_age", "0 to 100"),
    ("clean", "clean = \"10\"", "clean = \"101\"", "clean", "contributions.reputation.clean",
     "0 to 100"),
    ("violation", "per_violation = \"2\"", "per_violation = \"101\"", "per_violation",
     "contributions.reputation.per_violation", "0 to 100"),
    ("least points", "least = \"9\"", "least = \"101\"", "least", "contributions.reputation.least",
     "0 to 100"),
    ("stake in days", "least_stake = \"100\"", "least_stake = \"100d\"", "least_stake",
     "contributions.reputation.least_stake", "\"100d\" is no amount"),
    ("missing points", "clean = \"10\"", "", "[contributions.reputation]",
     "contributions.reputation.clean", "missing in [contributions.reputation]"),
    ("flag in quotes", "of_supply = false", "of_supply = \"no\"", "of_supply",
     "emission.dynamic.of_supply", "true or false is needed"),
    ("no activity", "full_activity = 1000", "full_activity = 0", "full_activity",
     "emission.dynamic.full_activity", "allowed: 1 to"),
    ("least activity", "least_activity = \"0.51\"", "least_activity = \"1.6\"", "least_activity",
     "emission.dynamic.least_activity", "allowed: 0 to most_activity"),
    ("most activity", "most_activity = \"1.51\"", "most_activity = \"11\"", "most_activity",
     "emission.dynamic.most_activity", "allowed: 0 to 10"),
    ("backlog", "[\"1\", \"0.91\"]", "[\"1\", \"11\"]", "backlog", "emission.dynamic.backlog[1]",
     "allowed: values 0 to 10"),
    ("least budget", "least = \"0.52\"", "least = \"1.6\"", "least", "emission.dynamic.least",
     "allowed: 0 to most"),
    ("most budget", "most = \"1.52\"", "most = \"11\"", "most", "emission.dynamic.most",
     "allowed: 0 to 10"),
    ("another schedule",
     "schedule = \"inflation\"\nbase = \"1000000000\"", "schedule = \"remaining_fraction\" #",
     "[emission.dynamic]", "emission.dynamic", "no meaning beside schedule"),
];

#[test]
fn every_problem_has_its_line() {
    assert_cases(preset("blyan").unwrap().text, CASES);
}

#[test]
fn every_problem_of_optional_sections_has_its_line() {
    assert_cases(&blyan(), MORE);
}

/// `text` without one section and what is nested in it.
fn without(text: &str, name: &str) -> String {
    let mut keep = true;
    let kept = text.lines().filter(|line| {
        if line.starts_with('[') {
            let header = line.trim_matches(['[', ']']);
            keep = header != name && !header.starts_with(&format!("{name}."));
        }
        keep
    });
    kept.collect::<Vec<&str>>().join("\n")
}

#[test]
fn rates_need_their_sections() {
    let text = preset("blyan").unwrap().text;
    for (section, key, message) in [
        (
            "contributions",
            "score",
            "nothing can be contributed without the section [contributions]",
        ),
        ("buckets", "split", "a rate is paid out of a bucket: the section [buckets] is missing"),
    ] {
        let all = problems(&without(text, section));
        let paths: Vec<&str> = all.iter().map(|problem| problem.path.as_str()).collect();
        let expected: Vec<String> = (0..4).map(|at| format!("streams[{at}].{key}")).collect();
        assert_eq!(paths, expected, "{section}");
        assert!(all.iter().all(|problem| problem.message == message), "{all:#?}");
    }
    let text = replaced(text, "recorded_loss = \"2.5\"", "");
    let all = problems(&replaced(&text, "recorded_loss = \"1.8\"", ""));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].path, "streams[1].score");
    assert!(all[0].to_string().contains("allowed: a model with recorded_loss"), "{}", all[0]);
}
