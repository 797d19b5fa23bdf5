//! Validators, opinions, halvings and what else networks may switch on, read and written back.

use crate::bad_files::{Case, assert_cases, problems};
use crate::{read, replaced};
use std::collections::BTreeMap;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::modules::parameters::{
    AssetId, ChildRules, Destination, LiquidAlpha, OpinionPower, Opinions, Payee, Schedule, Score,
    SeatRegistration, Source, UnitPrice, Utility, Validators, Weighing, Yuma, YumaKind, YumaMode,
};
use workmint_core::time::Duration;
use workmint_networks::{GenesisError, preset, summary};

const GNK: u128 = 1_000_000_000;

/// What is appended to Gonka's file.
const SECTIONS: &str = r#"
[validators]
asset = "GNK"
minimum = "32"
minimum_delegation = "0.5"
most_active = 100
activation_delay = "2 epochs"
churn_limit = 10
unbonding = "28d"
max_withdrawals = 16
most_commission = "0.18"
commission_step = "0.01"
least_signed = "0.9"
absence_least = "0.01"
absence_most = "0.1"
least_slash = "1.5"
jail = "3 epochs"

[opinions]
seats = 256
owner = "owner"
power = "bonded"
least_power = "1.25"
most_validators = 64
activity_cutoff = "5000 blocks"

[opinions.registration]
initial = "0.1"
minimum = "0.0005"
maximum = "100"
half_life = "360 blocks"
rise = "1.26"
burned_share = "0.5"
rest = "recycling"
immunity = "4096 blocks"

[opinions.weighing]
minimum_count = 1
rate_limit = "100 blocks"
reveal = "1 epoch"
most_commitments = 10

[opinions.yuma]
mode = "subtensor"
kind = "yuma3"
kappa = 32767
bonds_penalty = 65535
bonds_moving_average = 900000

[opinions.yuma.liquid]
low = 45875
high = 58982
steepness = -1000

[opinions.children]
most = 5
most_take = "0.18"
delay = "1 epoch"
"#;

/// Gonka's file with everything that it has not got.
fn text() -> String {
    let mut text = preset("gonka").unwrap().text.to_owned();
    for (from, to) in [
        (
            "schedule = \"exponential\"\ninitial = \"285000\"",
            "schedule = \"halving\"\ninitial = \"1000\"\ninterval = \"210000 epochs\"\n\
             most_halvings = 64\nminimum = \"0.001\"\nquota = \"0.8\"\nreference_weight = 50",
        ),
        ("rate = \"-0.000475\"", "# no rate"),
        ("share = \"1\"", "share = \"0.9\""),
        (
            "[weights]",
            "[[streams]]\nname = \"owner\"\nsource = \"emission\"\nshare = \"0.1\"\n\
             score = \"fixed_account\"\naccount = \"payee\"\nsplit = \"direct\"\n\n\
             [[streams]]\nname = \"proposers\"\nsource = \"block_rewards\"\nreward = \"2\"\n\
             score = \"blocks_proposed\"\nsplit = \"proportional\"\n\n\
             [emission.utility]\nmax_tasks = 10000\ntasks = \"0.5\"\ndifficulty = \"0.3\"\n\
             participation = \"0.2\"\ngate = true\n\n[weights]",
        ),
        (
            "[collateral]",
            "[weights.unit_price]\nwindow = \"30 epochs\"\nmultiple = \"7.5\"\n\
             largest_step = \"0.05\"\nminimum = \"0.0000000042\"\nmaximum = \"1000\"\n\n\
             [collateral]",
        ),
        ("downtime = \"0.10\"", "downtime = \"0.10\"\ndowntime_most = \"0.5\""),
        (
            "vesting = \"0 epochs\" # the code's",
            "vesting_share = \"0.75\"\nvesting = \"9 epochs\" #",
        ),
        ("flat = \"0\"", "flat = \"0.25\"\nburned_share = \"0.5\""),
        (
            "vesting = \"0 epochs\"",
            "vesting = \"90 epochs\"\ncliff = \"30 epochs\"\nat_once = \"1/3\"",
        ),
        ("units_per_weight = 864000", "units_per_weight = 864000\ndifficulty = \"0.7\""),
    ] {
        text = replaced(&text, from, to);
    }
    text.push_str(SECTIONS);
    text
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn emission_streams_and_weights() {
    let definition = read(&text());
    let parameters = &definition.parameters;
    let expected = Schedule::Halving {
        initial: Amount::new(1_000 * GNK),
        interval_epochs: 210_000,
        most_halvings: 64,
        minimum: Amount::new(GNK / 1_000),
    };
    assert_eq!(parameters.emission.schedule, expected);
    assert_eq!(
        (parameters.emission.quota, parameters.emission.reference_weight),
        (ratio("0.8"), 50)
    );
    let utility = Utility {
        max_tasks: 10_000,
        tasks: ratio("0.5"),
        difficulty: ratio("0.3"),
        participation: ratio("0.2"),
        gate: true,
    };
    assert_eq!(parameters.emission.utility, Some(utility));
    let proposers = &parameters.streams[3];
    assert_eq!(proposers.source, Source::BlockRewards { reward: Amount::new(2 * GNK) });
    assert_eq!(proposers.score, Score::BlocksProposed);
    let price = UnitPrice {
        window_epochs: 30,
        multiple: ratio("7.5"),
        largest_step: ratio("0.05"),
        minimum: ratio("4.2"),
        maximum: Ratio::from_integer(1_000 * GNK),
    };
    assert_eq!(parameters.weights.unit_price, Some(price), "base units, fractions kept");
    assert_eq!(parameters.slashing.downtime_most, Some(ratio("0.5")));
    assert_eq!(parameters.claims.vesting_share, ratio("0.75"));
    assert_eq!(parameters.fees.burned_share, ratio("0.5"));
    assert_eq!(parameters.models[0].difficulty, ratio("0.7"));
    let founder = &definition.allocations[0];
    let times = (founder.vesting_epochs, founder.cliff_epochs, founder.at_once);
    assert_eq!(times, (90, 30, ratio("1/3")));
    let others = &definition.allocations[1];
    assert_eq!((others.cliff_epochs, others.at_once), (0, Ratio::ZERO));
}

#[test]
fn halving_by_issuance_and_shares_of_models() {
    let gonka = preset("gonka").unwrap().text;
    let text = replaced(gonka, "rate = \"-0.000475\"", "of = \"600000000\"\nmost_halvings = 30");
    let text = replaced(&text, "\"exponential\"", "\"halving_by_issuance\"");
    let text = replaced(&text, "epoch_length = \"1d\"", "epoch_length = \"360 blocks\"");
    let expected = Schedule::HalvingByIssuance {
        initial: Amount::new(285_000 * GNK),
        of: Amount::new(600_000_000 * GNK),
        most_halvings: 30,
    };
    let score = text.find("score = \"poc_weight\"").unwrap();
    let end = score + text[score..].find("split").unwrap();
    let mut text = format!("{}score = \"model_shares\"\n{}", &text[..score], &text[end..]);
    for (units, share) in [("864000 ", "0.5"), ("216000 ", "0.3"), ("86400 ", "0.2")] {
        let line = format!("units_per_weight = {units}");
        let more = format!("share = \"{share}\"\nreference_weight = 7\n{line}");
        text = replaced(&text, &line, &more);
    }
    let definition = read(&text);
    let parameters = &definition.parameters;
    assert_eq!(parameters.emission.schedule, expected);
    assert_eq!(parameters.streams[0].score, Score::ModelShares);
    let shares: Vec<(Ratio, u64)> =
        parameters.models.iter().map(|model| (model.share, model.reference_weight)).collect();
    assert_eq!(shares, ["0.5", "0.3", "0.2"].map(|share| (ratio(share), 7)));
    let rows = summary(&definition);
    let row = rows.iter().find(|row| row.section == "models[2]" && row.key == "share");
    assert_eq!(row.unwrap().value, "0.2");
}

#[test]
fn validators_and_opinions() {
    let definition = read(&text());
    let expected = Validators {
        asset: AssetId(0),
        minimum: Amount::new(32 * GNK),
        minimum_delegation: Amount::new(GNK / 2),
        most_active: 100,
        activation_delay_epochs: 2,
        churn_limit: 10,
        unbonding: Duration::Milliseconds(28 * 86_400_000),
        max_withdrawals: 16,
        most_commission: ratio("0.18"),
        commission_step: ratio("0.01"),
        least_signed: ratio("0.9"),
        absence_least: ratio("0.01"),
        absence_most: ratio("0.1"),
        least_slash: Amount::new(3 * GNK / 2),
        jail_epochs: 3,
    };
    assert_eq!(definition.parameters.validators, Some(expected));
    let opinions = definition.parameters.opinions.unwrap();
    let expected = Opinions {
        seats: 256,
        owner: opinions.owner,
        power: OpinionPower::Bonded,
        least_power: Amount::new(5 * GNK / 4),
        most_validators: 64,
        activity_cutoff_blocks: 5_000,
        registration: SeatRegistration {
            initial: Amount::new(GNK / 10),
            minimum: Amount::new(GNK / 2_000),
            maximum: Amount::new(100 * GNK),
            half_life_blocks: 360,
            rise: ratio("1.26"),
            burned_share: ratio("0.5"),
            rest: Destination::Recycling,
            immunity_blocks: 4_096,
        },
        weighing: Weighing {
            minimum_count: 1,
            rate_limit_blocks: 100,
            reveal_epochs: Some(1),
            most_commitments: 10,
        },
        yuma: Some(Yuma {
            mode: YumaMode::Subtensor,
            kind: YumaKind::Yuma3,
            kappa: 32_767,
            bonds_penalty: 65_535,
            bonds_moving_average: 900_000,
            liquid: Some(LiquidAlpha { low: 45_875, high: 58_982, steepness: -1_000 }),
        }),
        children: Some(ChildRules { most: 5, most_take: ratio("0.18"), delay_epochs: 1 }),
    };
    assert_eq!(opinions, expected);
}

/// The owner of the opinions and who a stream pays get their addresses with the chain.
#[test]
fn names_in_parameters_are_bound_with_the_chain() {
    let definition = read(&text());
    let address = |name: &str| Address::derived(name.as_bytes());
    let mut bindings: BTreeMap<String, Address> = definition
        .names()
        .into_iter()
        .map(|name| (name.to_string(), address(name.as_str())))
        .collect();
    assert!(bindings.contains_key("owner") && bindings.contains_key("payee"));
    let genesis = definition.genesis(1_700_000_000_000, &bindings).unwrap();
    assert_eq!(genesis.parameters.opinions.unwrap().owner, Some(address("owner")));
    let expected = Score::FixedAccount { account: Payee::Account(address("payee")) };
    assert_eq!(genesis.parameters.streams[2].score, expected);
    let rows = summary(&definition);
    let shown = |section: &str, key: &str| -> &str {
        &rows.iter().find(|row| row.section == section && row.key == key).unwrap().value
    };
    assert_eq!((shown("opinions", "owner"), shown("streams[2]", "account")), ("owner", "payee"));
    bindings.remove("owner");
    let refused = definition.genesis(1_700_000_000_000, &bindings).unwrap_err();
    let GenesisError::Unbound { names } = refused else { panic!("{refused}") };
    assert_eq!(names, ["owner".parse().unwrap()]);
}

/// Every key of the file is a row with its value; every section that may be absent, may.
#[test]
fn all_is_written_back() {
    let text = text();
    let rows = summary(&read(&text));
    assert!(rows.iter().all(|row| !row.meaning.is_empty() && !row.unit.contains('$')));
    let mut keys = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((key, value)) = line.split_once(" = ") else { continue };
        keys += 1;
        let value = value.split(" #").next().unwrap().trim().replace(['[', ']', '"'], "");
        let plain = match value.as_str() {
            value if value.contains('.') => value.trim_end_matches('0'),
            value => value,
        };
        let found =
            rows.iter().any(|row| row.key == key && [&*value, plain].contains(&&*row.value));
        assert!(found, "{line}");
    }
    assert!(keys > 120, "{keys}");
    let without = |from: &str, to: &str| {
        let (start, end) = (text.find(from).unwrap(), text.find(to).unwrap());
        read(&format!("{}{}", &text[..start], &text[end..])).parameters
    };
    assert_eq!(without("[emission.utility]", "[weights]\n").emission.utility, None);
    assert_eq!(without("[weights.unit_price]", "[collateral]").weights.unit_price, None);
    let yuma = |parameters: workmint_core::modules::parameters::Parameters| {
        parameters.opinions.unwrap().yuma
    };
    let plain = yuma(without("[opinions.yuma.liquid]", "[opinions.children]"));
    assert_eq!(plain.unwrap().liquid, None);
    let open = replaced(&text, "reveal = \"1 epoch\"\n", "");
    assert_eq!(read(&open).parameters.opinions.unwrap().weighing.reveal_epochs, None);
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Emission.
    ("rate of a halving", "minimum = \"0.001\"", "minimum = \"0.001\"\nrate = \"0.1\"", "rate",
     "emission.rate", "has no meaning beside schedule \"halving\""),
    ("supply of a halving", "minimum = \"0.001\"", "minimum = \"0.001\"\nof = \"1\"", "of",
     "emission.of", "has no meaning beside schedule \"halving\""),
    ("interval in days", "interval = \"210000 epochs\"", "interval = \"4d\"", "interval",
     "emission.interval", "allowed: whole epochs"),
    ("halvings in quotes", "most_halvings = 64", "most_halvings = \"64\"", "most_halvings",
     "emission.most_halvings", "counts have no quotes"),
    ("128 halvings", "most_halvings = 64", "most_halvings = 128", "most_halvings",
     "emission.most_halvings", "0 to 127"),
    ("half a utility", "participation = \"0.2\"", "", "[emission.utility]",
     "emission.utility.participation", "missing in [emission.utility]"),
    ("gate in quotes", "gate = true", "gate = \"true\"", "gate", "emission.utility.gate",
     "true or false is needed"),
    ("bare quota", "quota = \"0.8\"", "quota = 0.8", "quota", "emission.quota",
     "ratios are decimal strings: write \"0.8\""),
    // Streams.
    ("reward of payments", "source = \"payments\"", "source = \"payments\"\nreward = \"2\"",
     "reward", "streams[1].reward", "no meaning beside source \"payments\""),
    ("share of block rewards", "reward = \"2\"", "reward = \"2\"\nshare = \"1\"", "share = \"1\"",
     "streams[3].share", "no meaning beside source \"block_rewards\""),
    ("no reward", "reward = \"2\"", "", "[[streams]]", "streams[3].reward", "missing in"),
    ("account of proposers", "score = \"blocks_proposed\"",
     "score = \"blocks_proposed\"\naccount = \"payee\"", "account", "streams[3].account",
     "no meaning beside score \"blocks_proposed\""),
    // Weights, slashing, claims, fees, genesis.
    ("window of a price in days", "window = \"30 epochs\"", "window = \"30d\"", "window",
     "weights.unit_price.window", "allowed: whole epochs"),
    ("2^32 epochs", "window = \"30 epochs\"", "window = \"4294967296 epochs\"", "window",
     "weights.unit_price.window", "at most 4294967295 epochs"),
    ("price of 2^128", "maximum = \"1000\"\n\n[collateral]",
     "maximum = \"340282366920938463463374607432\"\n\n[collateral]", "maximum",
     "weights.unit_price.maximum", "too many digits"),
    ("cliff in days", "cliff = \"30 epochs\"", "cliff = \"30d\"", "cliff",
     "assets[0].genesis[0].cliff", "allowed: whole epochs"),
    ("more than all at once", "at_once = \"1/3\"", "at_once = \"4/3\"", "at_once",
     "assets[0].genesis[0].at_once", "0 to 1"),
    ("shares of claims in per cent", "vesting_share = \"0.75\"", "vesting_share = \"75%\"",
     "vesting_share", "claims.vesting_share", "is no ratio"),
    // Validators.
    ("unknown key of validators", "churn_limit = 10", "churn = 10", "churn = 10",
     "validators.churn", "unknown key"),
    ("missing key of validators", "churn_limit = 10", "", "[validators]",
     "validators.churn_limit", "that become active, and that stop, at one close"),
    ("unknown asset of bonds", "asset = \"GNK\"\nminimum = \"32\"",
     "asset = \"ETH\"\nminimum = \"32\"", "ETH", "validators.asset", "there is no asset \"ETH\""),
    ("activation in days", "activation_delay = \"2 epochs\"", "activation_delay = \"2d\"",
     "activation_delay", "validators.activation_delay", "allowed: whole epochs"),
    ("4 * 10^9 validators", "most_active = 100", "most_active = 4294967296", "most_active",
     "validators.most_active", "out of range; allowed: 0 to 4294967295"),
    ("digits of a bond", "minimum = \"32\"", "minimum = \"32.0000000001\"", "minimum",
     "validators.minimum", "at most 9 are allowed"),
    // Opinions.
    ("seats beyond 16 bits", "seats = 256", "seats = 65536", "seats", "opinions.seats",
     "allowed: 0 to 65535"),
    ("treasury's seat", "owner = \"owner\"", "owner = \"treasury\"", "owner", "opinions.owner",
     "the treasury has no seat; allowed: an address or a name"),
    ("wrong checksum of an owner", "owner = \"owner\"",
     "owner = \"0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"", "owner", "opinions.owner",
     "write 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("unknown power", "power = \"bonded\"", "power = \"tao\"", "power", "opinions.power",
     "unknown word \"tao\"; allowed: bonded, collateral, stake"),
    ("cutoff as a count", "activity_cutoff = \"5000 blocks\"", "activity_cutoff = 5000",
     "activity_cutoff", "opinions.activity_cutoff", "allowed: whole blocks"),
    ("cutoff in epochs", "activity_cutoff = \"5000 blocks\"", "activity_cutoff = \"14 epochs\"",
     "activity_cutoff", "opinions.activity_cutoff", "allowed: whole blocks: \"1 block\""),
    ("no registration", "[opinions.registration]", "[opinions.registrations]", "[opinions]",
     "opinions.registration", "the section [opinions.registration] is missing"),
    ("rest of a price", "rest = \"recycling\"", "rest = \"recycle\"", "rest",
     "opinions.registration.rest", "allowed: burn, treasury, recycling"),
    ("reveal in blocks", "reveal = \"1 epoch\"", "reveal = \"360 blocks\"", "reveal",
     "opinions.weighing.reveal", "allowed: whole epochs"),
    ("unknown arithmetic", "mode = \"subtensor\"", "mode = \"float\"", "mode",
     "opinions.yuma.mode", "allowed: strict, subtensor"),
    ("second kind", "kind = \"yuma3\"", "kind = \"yuma2\"", "kind", "opinions.yuma.kind",
     "allowed: yuma1, yuma3"),
    ("kappa as a share", "kappa = 32767", "kappa = \"0.5\"", "kappa", "opinions.yuma.kappa",
     "a whole number is needed"),
    ("kappa above one", "kappa = 32767", "kappa = 65536", "kappa", "opinions.yuma.kappa",
     "allowed: 0 to 65535"),
    ("steepness beyond 16 bits", "steepness = -1000", "steepness = 32768", "steepness",
     "opinions.yuma.liquid.steepness", "allowed: -32768 to 32767"),
    ("steepness in quotes", "steepness = -1000", "steepness = \"-1000\"", "steepness",
     "opinions.yuma.liquid.steepness", "a whole number is needed, not a text"),
    ("take of children in quotes", "most = 5\nmost_take = \"0.18\"",
     "most = 5\nmost_take = 0.18", "most_take", "opinions.children.most_take",
     "write \"0.18\""),
];

#[test]
fn every_problem_has_its_line() {
    assert_cases(&text(), CASES);
    assert!(CASES.len() >= 40);
    // What nested sections lack is said of each.
    let bare = replaced(&text(), SECTIONS, "[opinions]\n[opinions.yuma]\n");
    let paths: Vec<String> = problems(&bare).into_iter().map(|problem| problem.path).collect();
    for path in
        ["opinions.seats", "opinions.registration", "opinions.weighing", "opinions.yuma.mode"]
    {
        assert!(paths.iter().any(|found| found == path), "{path} in {paths:?}");
    }
}
