//! Every section and key of a network file: unit and meaning, for errors, summaries and documents.

/// A section: `[name]`, or `[[name]]` for a list.
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) list: bool,
    pub(crate) keys: &'static [Key],
}

/// A key of a section.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// `$` stands for the symbol of the asset it is counted in.
    pub(crate) unit: &'static str,
    pub(crate) meaning: &'static str,
}

const fn key(name: &'static str, unit: &'static str, meaning: &'static str) -> Key {
    Key { name, unit, meaning }
}

/// The unit of keys that hold a section of their own.
pub(crate) const NESTED: &str = "section";

/// All sections in the file's order; a dot leads into a nested one.
pub(crate) const SECTIONS: &[Section] = &[
    Section {
        name: "network",
        list: false,
        keys: &[
            key("name", "", "the network's name"),
            key("chain_id", "", "bound into the genesis hash and every signature"),
            key("epoch_length", "duration", "a time, or a number of blocks"),
        ],
    },
    Section {
        name: "assets",
        list: true,
        keys: &[
            key("symbol", "", "ticker"),
            key("decimals", "digits", "one display unit is 10^decimals base units"),
            key("cap", "$", "most that may ever be issued; burning makes no room"),
            key("genesis", NESTED, "what exists from the start"),
        ],
    },
    Section {
        name: "assets.genesis",
        list: true,
        keys: &[
            key("to", "", "owner: an address, a name bound at creation, or treasury"),
            key("amount", "$", "what the owner holds from the start"),
            key("vesting", "duration", "length over which it is released, linearly"),
        ],
    },
    Section {
        name: "models",
        list: true,
        keys: &[
            key("id", "", "the model, as customers write it"),
            key("units_per_weight", "units", "work one unit of node weight can do in an epoch"),
            key("price_per_unit", "$", "price of one unit of work"),
        ],
    },
    Section {
        name: "emission",
        list: false,
        keys: &[
            key("asset", "", "the asset minted"),
            key("schedule", "", "the rule that gives an epoch's amount"),
            key("initial", "$", "amount of the first epoch"),
            key("rate", "ratio per epoch", "decay, or share of what is left"),
            key("reward", "$ per block", "amount for each block"),
            key("allocation", "$", "most that emission may ever mint"),
            key("genesis_epoch", "epoch", "the first epoch that emits"),
        ],
    },
    Section {
        name: "streams",
        list: true,
        keys: &[
            key("name", "", "the stream's name"),
            key("source", "", "where the budget comes from"),
            key("share", "ratio", "share of the epoch's emission"),
            key("score", "", "what is scored"),
            key("utilisation_factor", "ratio", "weight counts 1 + utilisation x this"),
            key("full_coverage", "ratio", "multiplier for serving every model"),
            key("partial_coverage", "ratio", "otherwise 1 + share of models served x this"),
            key("account", "", "who takes the whole budget"),
            key("split", "", "how the budget is split by scores"),
            key("denominator", "", "scores before (full) or after (paid) penalties"),
            key("limit", "", "an upper limit of the budget"),
            key("forfeits", "", "where goes what penalties removed"),
        ],
    },
    Section {
        name: "weights",
        list: false,
        keys: &[
            key("base_weight_ratio", "ratio", "share of potential weight without collateral"),
            key("collateral_per_weight_unit", "$", "collateral that activates one unit of weight"),
            key("grace_until_epoch", "epoch", "last epoch in which all weight is effective"),
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
            key("reporter_share", "ratio", "most of a slash that a challenger receives"),
            key("destination", "", "where the rest goes"),
            key("rounding", "", "how the sum is rounded"),
            key("evidence_max_age", "duration", "older evidence of a fault is refused"),
        ],
    },
    Section {
        name: "work",
        list: false,
        keys: &[
            key("quorum", "reporters", "attestations that accept a report"),
            key("challenge_window", "duration", "how long an accepted summary can be challenged"),
            key("challenge_bond_minimum", "$", "smallest challenge bond"),
            key("challenge_bond_ratio", "ratio", "bond as a share of the receipt's value"),
            key("decision_window", "duration", "how long judges have; then the receipt stands"),
            key("max_customers_per_summary", "", "customers that one summary may list"),
            key("checks_per_epoch", "checks", "sampled checks that each validator owes"),
            key("missed_requests", NESTED, "when a participant fails its duty to answer"),
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
        ],
    },
    Section {
        name: "market",
        list: false,
        keys: &[
            key("asset", "", "the asset customers pay in"),
            key("close_window", "duration", "how long a closing deposit stays chargeable"),
        ],
    },
    Section {
        name: "fees",
        list: false,
        keys: &[
            key("asset", "", "the asset fees are paid in"),
            key("flat", "$", "fee of a transaction"),
            key("destination", "", "where it goes"),
        ],
    },
    Section {
        name: "claims",
        list: false,
        keys: &[
            key("mode", "", "pull: the owner claims; push: paid at the close"),
            key("window", "duration", "epochs after its own at whose last close a claim expires"),
            key("unclaimed", "", "where expired claims go"),
            key("vesting", "duration", "length over which a claimed reward vests"),
        ],
    },
    Section {
        name: "roles",
        list: false,
        keys: &[
            key("reporters", "", "accounts that attest reports"),
            key("judges", "", "accounts that judge challenges"),
            key("governors", "", "accounts that schedule parameters"),
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
