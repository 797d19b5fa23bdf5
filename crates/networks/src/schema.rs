//! Every section and key of a network file: unit and meaning, for errors, summaries and documents.

mod exchange;
mod fees;
mod governance;
mod jobs;
mod money;
mod opinions;
mod sessions;
mod stake;
mod validators;
mod weights;

/// A section: `[name]`, or `[[name]]` for a list.
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) list: bool,
    pub(crate) keys: &'static [Key],
}

/// A key of a section.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// `$` stands for the symbol of the asset it is counted in.
    pub(crate) unit: &'static str,
    pub(crate) meaning: &'static str,
}

const fn key(name: &'static str, unit: &'static str, meaning: &'static str) -> Key {
    Key { name, unit, meaning }
}

/// A multiplier of what a contribution is worth.
const fn multiplier(name: &'static str) -> Section {
    const KEYS: &[Key] = &[
        key("min", "ratio", "the multiplier is at least this"),
        key("max", "ratio", "it is at most this"),
        key("rule", "", "where it comes from; never from the contributor"),
        key("steps", "share, value", "value from such a share of approvals, or of the loss, on"),
        key("few", "verdicts", "with fewer of them few_value counts"),
        key("few_value", "ratio", "the multiplier with few verdicts"),
    ];
    Section { name, list: false, keys: KEYS }
}

/// The unit of keys that hold a section of their own.
pub(crate) const NESTED: &str = "section";

/// All sections in the file's order; a dot leads into a nested one.
pub(crate) const SECTIONS: &[Section] = &[
    money::NETWORK,
    money::ASSETS,
    money::GENESIS,
    money::MODELS,
    money::EMISSION,
    money::DYNAMIC,
    money::UTILITY,
    Section {
        name: "streams",
        list: true,
        keys: &[
            key("name", "", "the stream's name"),
            key("source", "", "where the budget comes from"),
            key("share", "ratio", "share of the epoch's emission"),
            key("reward", "$ per block", "for each block that an active validator proposed"),
            key("pot", "", "the pot whose money it pays out"),
            key("score", "", "what is scored"),
            key("utilisation_factor", "ratio", "weight counts 1 + utilisation x this"),
            key("full_coverage", "ratio", "multiplier for serving every model"),
            key("partial_coverage", "ratio", "otherwise 1 + share of models served x this"),
            key("account", "", "who takes the whole budget"),
            key("rate_per_epoch", "ratio", "of a stake that answered every probe"),
            key("least_factor", "ratio", "the network factor, demand / supply, is at least this"),
            key("most_factor", "ratio", "it is at most this"),
            key("window", "epochs", "epochs of demand and supply that count"),
            key("least_uptime", "ratio", "share of the probes that a provider must have answered"),
            key("needs_paid_job", "", "whether it needs a job paid in the epoch"),
            key("split", "", "how the budget is split by scores"),
            key("denominator", "", "scores before (full) or after (paid) penalties"),
            key("limit", "", "an upper limit of the budget"),
            key("forfeits", "", "where goes what penalties removed"),
            key("remainder", "", "where goes what rounding left"),
            key("clip", "", "what a cut by allocation or cap scales: the budget, or each share"),
            key("rate", "$", "for 1,000 tokens, 1 % of the recorded loss, a task, or 10^9 bytes"),
            key("minimum", "$", "an accepted contribution is worth at least this"),
            key("maximum", "$", "it is worth at most this"),
            key("least_improvement", "ratio", "a smaller share of the recorded loss earns nothing"),
            key("quality", NESTED, "multiplier of tokens or of a dataset"),
            key("difficulty", NESTED, "multiplier of an improvement"),
            key("applicability", NESTED, "second multiplier of an improvement"),
            key("complexity", NESTED, "multiplier of tasks"),
            key("diversity", NESTED, "second multiplier of a dataset"),
            key("floor", "ratio", "share of all emission never lent to other streams"),
            key("ceiling", "ratio", "share of all emission that an epoch pays at most"),
            key("priority", "rank", "backpay of the stream with the smallest number borrows first"),
        ],
    },
    multiplier("streams.quality"),
    multiplier("streams.difficulty"),
    multiplier("streams.applicability"),
    multiplier("streams.complexity"),
    multiplier("streams.diversity"),
    Section {
        name: "weights",
        list: false,
        keys: &[
            key("base_weight_ratio", "ratio", "share of potential weight without collateral"),
            key("collateral_per_weight_unit", "$", "collateral that activates one unit of weight"),
            key("grace_until_epoch", "epoch", "last epoch in which all weight is effective"),
            key("kept_share", "ratio", "nodes that serve on while others prove their compute"),
            key("power_cap", NESTED, "largest share of all weight that one may have"),
            key("confirmation", NESTED, "readings of weights while they count"),
            key("participation", NESTED, "what models a participant does not serve cost it"),
            key("unit_price", NESTED, "how the collateral of a unit of weight follows rewards"),
        ],
    },
    weights::POWER_CAP,
    weights::UNIT_PRICE,
    Section {
        name: "weights.confirmation",
        list: false,
        keys: &[
            key(
                "inactive_below",
                "ratio",
                "inactive below this share of the weight it should have",
            ),
            key("tolerance", "ratio", "a reading is divided by this before it is compared"),
        ],
    },
    Section {
        name: "weights.participation",
        list: false,
        keys: &[
            key("refused", "ratio", "reward weight lost for a model it refused"),
            key("absent", "ratio", "lost for a model it neither serves, delegates nor refused"),
            key("delegated", "ratio", "goes to whom it delegated the model"),
            key("minimum_members", "", "fewest that serve a model that counts"),
            key("minimum_share", "ratio", "smallest share of all weight of a model that counts"),
        ],
    },
    Section {
        name: "collateral",
        list: false,
        keys: &[
            key("asset", "", "the asset deposited"),
            key("unbonding", "duration", "how long a withdrawal stays slashable"),
            key("max_withdrawals", "", "withdrawals a participant may have under way"),
        ],
    },
    Section {
        name: "slashing",
        list: false,
        keys: &[
            key("invalid_work", "ratio", "taken for a refuted report"),
            key("downtime", "ratio", "taken for failing the missed-request test"),
            key("downtime_most", "ratio", "taken for missing every request"),
            key("reporter_share", "ratio", "most of a slash that a challenger receives"),
            key("destination", "", "where the rest goes"),
            key("rounding", "", "how the sum is rounded"),
            key("base", "", "what a fraction is taken of: all, or what weight requires"),
            key("evidence_max_age", "duration", "older evidence of a fault is refused"),
        ],
    },
    Section {
        name: "work",
        list: false,
        keys: &[
            key("quorum", "reporters", "attestations that accept a report"),
            key("quorum_weight", "ratio", "attesting weight must exceed this share of all weight"),
            key("proof_window", "duration", "how long a compute proof is meant to measure"),
            key("challenge_window", "duration", "how long an accepted summary can be challenged"),
            key("challenge_bond_minimum", "$", "smallest challenge bond"),
            key("challenge_bond_ratio", "ratio", "bond as a share of the receipt's value"),
            key("decision_window", "duration", "how long judges have; then the receipt stands"),
            key("max_customers_per_summary", "", "customers that one summary may list"),
            key("checks_per_epoch", "checks", "sampled checks that each validator owes"),
            key("missed_consequence", "", "what failing the missed-request test costs"),
            key("missed_requests", NESTED, "when a participant fails its duty to answer"),
            key("sampling", NESTED, "how checks are drawn"),
            key("status", NESTED, "the sequential test of a participant's conduct"),
            key("reputation", NESTED, "how reputation is earned"),
        ],
    },
    Section {
        name: "work.missed_requests",
        list: false,
        keys: &[
            key("rule", "", "the test"),
            key("threshold", "ratio", "fails when missed / total is above this"),
            key("rate", "ratio", "rate of misses that is still good service"),
            key("significance", "ratio", "fails when so many misses are less likely than this"),
            key("follows_network", "", "whether the rate follows what the whole network missed"),
        ],
    },
    Section {
        name: "work.sampling",
        list: false,
        keys: &[
            key("minimum", "checks", "expected of a receipt at full reputation and traffic"),
            key("halfway", "checks", "at full reputation and half of full traffic"),
            key("maximum", "checks", "without reputation, or at low traffic"),
            key("low_traffic", "requests per epoch", "up to here traffic is low"),
            key("full_traffic", "requests per epoch", "from here on traffic is full"),
        ],
    },
    Section {
        name: "work.status",
        list: false,
        keys: &[
            key("good_invalid", "ratio", "rate of invalidations of a good provider"),
            key("bad_invalid", "ratio", "rate of invalidations of a bad one"),
            key("invalid_threshold", "log likelihood ratio", "from here on a provider is invalid"),
            key("good_downtime", "ratio", "rate of misses of a good provider"),
            key("bad_downtime", "ratio", "rate of misses of a bad one"),
            key("downtime_threshold", "log likelihood ratio", "from here on it is inactive"),
            key("quick_failure", "ratio", "invalid when so many failures in a row are less likely"),
        ],
    },
    Section {
        name: "work.reputation",
        list: false,
        keys: &[
            key("epochs_to_full", "epochs", "faultless epochs until full reputation"),
            key("miss_cutoff", "ratio", "an epoch with a larger share of misses costs"),
            key("miss_penalty", "ratio", "what it costs for each share of misses"),
        ],
    },
    Section {
        name: "market",
        list: false,
        keys: &[
            key("asset", "", "the asset customers pay in"),
            key("close_window", "duration", "how long a closing deposit stays chargeable"),
            key("escrow", NESTED, "escrow of single requests"),
            key("jobs", NESTED, "single jobs with commit and reveal"),
            key("sessions", NESTED, "one deposit, many vouchers"),
            key("fee", NESTED, "the fee on payments of jobs and sessions"),
        ],
    },
    Section {
        name: "market.escrow",
        list: false,
        keys: &[
            key("default_max_units", "units", "answer that a request without a limit reserves"),
            key("expiry", "duration", "how long a provider has to answer"),
        ],
    },
    jobs::JOBS,
    sessions::SESSIONS,
    sessions::FEE,
    sessions::SPLIT,
    Section {
        name: "pricing",
        list: false,
        keys: &[
            key("rule", "", "how the price of a unit of work moves"),
            key("lower", "ratio", "utilisation below which prices fall"),
            key("upper", "ratio", "utilisation above which prices rise"),
            key("elasticity", "ratio", "share of the price for each unit of distance or excess"),
            key("step", "", "when prices move"),
            key("window", "steps", "over which utilisation is averaged"),
            key("minimum", "$", "the price never falls below this"),
            key("maximum", "$", "it never rises above this"),
            key("steps_per_epoch", "", "steps of equal length in which prices move"),
            key("largest_step", "ratio", "most a step changes a price by, of itself"),
            key("stiffness", "ratio", "share of the price for each supply in the queue"),
            key("damping", "ratio", "share of the price for each supply of excess"),
            key("most_queue", "supplies", "the queue is held within this, either way"),
            key("grace_end_epoch", "epoch", "before it the grace price holds"),
            key("grace_price", "$", "price of one unit of work in the grace period"),
            key("rounding", "", "what happens to fractions of a base unit"),
            key("initial", "$", "price of a unit of compute until somebody asks another"),
        ],
    },
    fees::FEES,
    fees::KINDS,
    Section {
        name: "claims",
        list: false,
        keys: &[
            key("mode", "", "pull: the owner claims; push: paid at the close"),
            key("window", "duration", "epochs after its own at whose last close a claim expires"),
            key("unclaimed", "", "where expired claims go"),
            key("vesting", "duration", "length over which a claimed reward vests"),
            key(
                "vesting_share",
                "ratio",
                "of a claimed reward that vests; the rest is paid at once",
            ),
            key("vesting_remainder", "", "when what does not divide by the epochs vests"),
        ],
    },
    Section {
        name: "contributions",
        list: false,
        keys: &[
            key("submit_window", "duration", "epochs after its own in which work may be submitted"),
            key("verifiers", "verdicts", "of different families, that decide a contribution"),
            key("approvals", "verdicts", "of those, the fewest that must approve"),
            key("confidence", "ratio", "a verdict that is less sure counts as against"),
            key("verify_window", "duration", "how long verifiers have; then it is closed unpaid"),
            key("challenge_window", "duration", "how long an accepted one can be challenged"),
            key("challenge_bond", "$", "what a challenger risks"),
            key("decision_window", "duration", "how long judges have; then it stands"),
            key("rate_limit", NESTED, "how many a node may submit"),
            key("reputation", NESTED, "who may contribute"),
        ],
    },
    Section {
        name: "contributions.rate_limit",
        list: false,
        keys: &[
            key("most", "contributions", "most in one interval"),
            key("interval", "duration", "from the node's first submission on"),
            key("cooldown", "duration", "wait from the last one on, once the interval is used up"),
        ],
    },
    Section {
        name: "contributions.reputation",
        list: false,
        keys: &[
            key("per_contribution", "points", "for each accepted improvement"),
            key("most_contributions", "points", "most for them"),
            key("accuracy", "points", "for verdicts that were all right"),
            key("per_stake_decade", "points", "for each factor of ten of collateral"),
            key("most_stake", "points", "most for collateral"),
            key("days_per_point", "days", "from the first submission on, for one point"),
            key("most_age", "points", "most for age"),
            key("clean", "points", "of whoever was never refuted"),
            key("per_violation", "points", "lost of those for each refuted contribution"),
            key("least", "points", "with fewer a contributor is refused"),
            key("least_stake", "$", "with less active collateral it is refused"),
        ],
    },
    Section {
        name: "buckets",
        list: false,
        keys: &[
            key("rollover", "duration", "epochs for which unused budget stays usable"),
            key("max_recipient_share", "ratio", "most of an epoch's pay while others are unpaid"),
            key("backpay", NESTED, "what happens to what a bucket cannot pay"),
            key("alerts", NESTED, "what operators are warned of; settles nothing"),
        ],
    },
    Section {
        name: "buckets.backpay",
        list: false,
        keys: &[
            key("max_age", "duration", "older backpay is closed unpaid"),
            key("decay", "days, factor", "what a unit owed is still worth from such an age on"),
            key("max_periods", "epochs", "most a stream owes, in epochs of its scheduled share"),
            key("share", "ratio", "most for backpay while new contributions wait"),
        ],
    },
    Section {
        name: "buckets.alerts",
        list: false,
        keys: &[
            key("streams", "", "streams that should use their budget"),
            key("least_utilization", "ratio", "share of its targets such a stream pays in 24 h"),
            key("high_backpay", "$", "more owed by all streams together is worth a warning"),
            key("critical_backpay", "$", "more than this is critical"),
        ],
    },
    stake::STAKE,
    stake::SLASHING,
    stake::ATTESTATION,
    stake::TIERS,
    governance::GOVERNANCE,
    governance::PARAMETERS,
    governance::TREASURY,
    governance::UPGRADE,
    exchange::EXCHANGE,
    validators::VALIDATORS,
    opinions::OPINIONS,
    opinions::REGISTRATION,
    opinions::WEIGHING,
    opinions::YUMA,
    opinions::LIQUID,
    opinions::CHILDREN,
    Section {
        name: "roles",
        list: false,
        keys: &[
            key("reporters", "", "accounts that attest reports"),
            key("judges", "", "accounts that judge challenges"),
            key("governors", "", "accounts that schedule parameters"),
            key("verifiers", "", "accounts that verify contributions"),
            key("attestors", "", "accounts that attest tiers and heartbeats"),
        ],
    },
];

/// The section with this name, without list numbers: `assets.genesis`.
pub(crate) fn section(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

/// `assets[0].genesis[1]` without its numbers: `assets.genesis`.
pub(crate) fn without_numbers(path: &str) -> String {
    let mut depth = 0;
    path.chars()
        .filter(|character| {
            depth += i32::from(*character == '[');
            let keep = depth == 0;
            depth -= i32::from(*character == ']');
            keep
        })
        .collect()
}

impl Section {
    /// The key with this name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The section as the file writes its header.
    pub(crate) fn header(&self) -> String {
        if self.list { format!("[[{}]]", self.name) } else { format!("[{}]", self.name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_numbers_go() {
        for section in SECTIONS {
            for key in section.keys {
                let alike = section.keys.iter().filter(|other| other.name == key.name);
                assert_eq!(alike.count(), 1, "{}.{}", section.name, key.name);
            }
        }
        assert_eq!(without_numbers("assets[0].genesis[12]"), "assets.genesis");
        assert_eq!(without_numbers("fees"), "fees");
    }
}
