//! Sections of the network, its assets, models and emission.

use super::{NESTED, Section, key};

pub(super) const NETWORK: Section = Section {
    name: "network",
    list: false,
    keys: &[
        key("name", "", "the network's name"),
        key("chain_id", "", "bound into the genesis hash and every signature"),
        key("epoch_length", "duration", "a time, or a number of blocks"),
    ],
};

pub(super) const ASSETS: Section = Section {
    name: "assets",
    list: true,
    keys: &[
        key("symbol", "", "ticker"),
        key("decimals", "digits", "one display unit is 10^decimals base units"),
        key("cap", "$", "most that may ever be issued; burning makes no room"),
        key("genesis", NESTED, "what exists from the start"),
    ],
};

pub(super) const GENESIS: Section = Section {
    name: "assets.genesis",
    list: true,
    keys: &[
        key("to", "", "owner: an address, a name bound at creation, or treasury"),
        key("amount", "$", "what the owner holds from the start"),
        key("vesting", "duration", "length over which it is released, linearly"),
        key("cliff", "duration", "time before the release begins"),
        key("at_once", "ratio", "share of it that is free at once"),
    ],
};

pub(super) const MODELS: Section = Section {
    name: "models",
    list: true,
    keys: &[
        key("id", "", "the model, as customers write it"),
        key("units_per_weight", "units", "work one unit of node weight can do in an epoch"),
        key("price_per_unit", "$", "price of one unit of work; at first, if prices move"),
        key("weight_factor", "ratio", "weight that one unit of a proof's weight counts"),
        key("compute_per_unit", "units of compute", "compute in one unit of work"),
        key("recorded_loss", "loss", "the loss that improvements start from"),
        key("difficulty", "ratio", "how hard its tasks are, for the utility of an epoch"),
        key("share", "ratio", "its share of streams that score model_shares"),
        key("reference_weight", "weight", "with less of it, the model gets less of its share"),
    ],
};

pub(super) const EMISSION: Section = Section {
    name: "emission",
    list: false,
    keys: &[
        key("asset", "", "the asset minted"),
        key("schedule", "", "the rule that gives an epoch's amount"),
        key("initial", "$", "amount of the first epoch, period or block"),
        key(
            "rate",
            "ratio",
            "decay, share of what is left, of the work subsidy, or of base a year",
        ),
        key("base", "$", "what the rate a year is of"),
        key("year", "duration", "epochs that share the amount of a year"),
        key("dynamic", NESTED, "how an epoch's amount follows activity and backlog"),
        key("reward", "$ per block", "amount for each block"),
        key("factor", "ratio", "a period's amount as a share of the last one's"),
        key("period", "duration", "epochs that share the amount of a period"),
        key("interval", "ratio or duration", "distance of the subsidy's cut-offs, or of halvings"),
        key("reduction", "ratio", "share of the subsidy's rate that a cut-off removes"),
        key("most_halvings", "halvings", "then the amount stays, or by issuance ends"),
        key("minimum", "$", "a halved amount below this is not emitted"),
        key("of", "$", "what halvings by issuance approach"),
        key("allocation", "$", "most that emission may ever mint"),
        key("genesis_epoch", "epoch", "the first epoch that emits"),
        key("quota", "ratio", "share of requests to answer; what falls short is not minted"),
        key("reference_weight", "weight", "with less of it, an epoch gets less in proportion"),
        key("utility", NESTED, "what the network's use makes of an epoch's amount"),
    ],
};

pub(super) const DYNAMIC: Section = Section {
    name: "emission.dynamic",
    list: false,
    keys: &[
        key("of_supply", "", "whether the rate is of what is issued, rather than of base"),
        key("full_activity", "contributors", "of the last epoch, with which activity is 1"),
        key("least_activity", "ratio", "activity is at least this"),
        key("most_activity", "ratio", "activity is at most this"),
        key("backlog", "days, factor", "factor from so many days' budget of backpay on"),
        key("least", "ratio", "an epoch gets at least this share of the plain amount"),
        key("most", "ratio", "it gets at most this share of it"),
    ],
};

pub(super) const UTILITY: Section = Section {
    name: "emission.utility",
    list: false,
    keys: &[
        key("max_tasks", "tasks", "of an epoch, that count in full"),
        key("tasks", "ratio", "weight of tasks / max_tasks"),
        key("difficulty", "ratio", "weight of the tasks' mean difficulty"),
        key("participation", "ratio", "weight of the blocks that validators signed"),
        key("gate", "", "whether the sum counts only by tasks / max_tasks, so none without tasks"),
    ],
};
