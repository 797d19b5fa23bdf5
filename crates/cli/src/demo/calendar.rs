//! Which stage of its epoch the next block is, and when it stands.

use super::story::has_opinions;
use crate::failure::Failure;
use workmint_core::modules::parameters::{EpochLength, JobRules, Parameters};
use workmint_core::state::Chain;
use workmint_core::time::{DAY_MS, Duration};

/// What a block of the demo is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The founder sends money to who will need it.
    Funding,
    /// Registration, collateral, customers' deposits, seeds; news of validators.
    Opening,
    /// Contributions of the epoch are submitted.
    Submitting,
    /// Contributions are submitted that will be refused, or only answered.
    Repeating,
    /// Verifiers give their verdicts, as many as cannot come too late.
    Verifying,
    /// Compute proofs, and the checks that seeds drew.
    Proving,
    /// Reporters attest the proofs; rewards of the last epoch are claimed.
    Accepting,
    /// Hosts report the requests they answered.
    Reporting,
    /// Reporters attest the reports: challenge windows open.
    Attesting,
    /// Reports or contributions are challenged.
    Challenging,
    /// Each judge that has not voted on an open challenge votes, one judge a block.
    Judging,
    /// Reporters attest the late reports, which become final in the next epoch.
    LateAttesting,
    /// Attestors say who has which tier; rewards of the last epoch are claimed.
    Admitting,
    /// Providers offer, sessions open, people swap, propose, vote.
    Offering,
    /// Of an hour: jobs are asked for; results of the hour before are measured, disputed, judged.
    Asking(u8),
    /// Of an hour: providers accept jobs.
    Taking(u8),
    /// Of an hour: providers reveal results and answer disputes; heartbeats.
    Delivering(u8),
    /// Validators reveal the weights they committed to, before any seat changes hands.
    Revealing,
    /// Validators commit to weights, or set them.
    Weighing,
    /// Nothing but the end of the epoch.
    Closing,
}

/// The stages of an epoch of work and the minutes of a day of 1,440 at which they stand; other
/// epochs are scaled.
const WORK: [(Stage, u64); 11] = [
    (Stage::Funding, 10),
    (Stage::Opening, 30),
    (Stage::Proving, 240),
    (Stage::Accepting, 360),
    (Stage::Reporting, 1_080),
    (Stage::Attesting, 1_110),
    (Stage::Challenging, 1_170),
    (Stage::Judging, 1_230),
    (Stage::Judging, 1_260),
    (Stage::LateAttesting, 1_320),
    (Stage::Closing, 1_440),
];
/// The same of an epoch of contributions. Of an hour: submissions at minute 12, verdicts at 24 and
/// 32, challenges at 40.
const CONTRIBUTIONS: [(Stage, u64); 10] = [
    (Stage::Funding, 24),
    (Stage::Opening, 72),
    (Stage::Submitting, 288),
    (Stage::Repeating, 384),
    (Stage::Verifying, 576),
    (Stage::Verifying, 768),
    (Stage::Challenging, 960),
    (Stage::Judging, 1_104),
    (Stage::Judging, 1_248),
    (Stage::Closing, 1_440),
];
/// The same of an epoch of opinions: those of work, and validators' weights.
const OPINIONS: [(Stage, u64); 12] = [
    (Stage::Funding, 10),
    (Stage::Revealing, 20),
    (Stage::Opening, 30),
    (Stage::Weighing, 240),
    (Stage::Accepting, 360),
    (Stage::Reporting, 1_080),
    (Stage::Attesting, 1_110),
    (Stage::Challenging, 1_170),
    (Stage::Judging, 1_230),
    (Stage::Judging, 1_260),
    (Stage::LateAttesting, 1_320),
    (Stage::Closing, 1_440),
];
const MINUTES: u64 = 1_440;
/// Hours of an epoch of jobs: as many waves of jobs, 24 of any epoch.
pub(super) const HOURS: u8 = 24;
/// The minutes of an hour at which jobs are asked for, accepted, delivered.
const ASKED: u64 = 10;
const TAKEN: u64 = 16;
const DELIVERED: u64 = 40;
/// The same of an epoch of jobs.
const MARKET: [(Stage, u64); 77] = market();

const fn market() -> [(Stage, u64); 77] {
    let mut all = [(Stage::Closing, MINUTES); 77];
    all[0] = (Stage::Funding, 2);
    all[1] = (Stage::Opening, 4);
    all[2] = (Stage::Admitting, 6);
    all[3] = (Stage::Offering, 8);
    let (mut hour, mut start, mut at) = (0_u8, 0_u64, 4_usize);
    while hour < HOURS {
        all[at] = (Stage::Asking(hour), start + ASKED);
        all[at + 1] = (Stage::Taking(hour), start + TAKEN);
        all[at + 2] = (Stage::Delivering(hour), start + DELIVERED);
        (hour, start, at) = (hour + 1, start + 60, at + 3);
    }
    all
}

/// From as many blocks an epoch on, stages stand at their minutes, if none is nearer to the next
/// than so many minutes; below, each has a block of its own and equal distances.
const BLOCKS_OF_A_DAY: u64 = 144;
const NEAREST: u64 = 10;

/// The calendar of a network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar {
    length: EpochLength,
    stages: &'static [(Stage, u64)],
}

impl Calendar {
    /// The calendar for these parameters; an error if an epoch has fewer blocks than stages.
    pub(crate) fn new(parameters: &Parameters) -> Result<Self, Failure> {
        let length = parameters.network.epoch_length;
        let stages: &[(Stage, u64)] = match (&parameters.contributions, &parameters.market.jobs) {
            (Some(_), _) => &CONTRIBUTIONS,
            (None, Some(_)) => &MARKET,
            (None, None) if has_opinions(parameters) => &OPINIONS,
            (None, None) => &WORK,
        };
        let needed = stages.len() as u64;
        match length {
            EpochLength::Blocks(blocks) if blocks < needed => Err(Failure::Input(format!(
                "an epoch of {} has {blocks} blocks; the demo needs at least {needed}",
                parameters.network.name
            ))),
            EpochLength::Time(_) | EpochLength::Blocks(_) => {
                let calendar = Self { length, stages };
                if let Some(rules) = &parameters.market.jobs {
                    calendar.require_windows(parameters.network.name.as_str(), rules)?;
                }
                Ok(calendar)
            }
        }
    }

    /// The error if jobs would lapse between the blocks of the demo.
    fn require_windows(&self, network: &str, rules: &JobRules) -> Result<(), Failure> {
        for (window, length, minutes) in [
            ("accept_window", rules.accept_window, TAKEN - ASKED),
            ("result_window", rules.result_window, DELIVERED - TAKEN),
            ("dispute_window", rules.dispute_window, 60 + ASKED - DELIVERED),
        ] {
            let needed = scaled(minutes, self.epoch_ms());
            if matches!(length, Duration::Milliseconds(length) if length <= needed) {
                return Err(Failure::Input(format!(
                    "market.jobs.{window} of {network} is {length}; the demo needs more than \
                     {}",
                    Duration::Milliseconds(needed)
                )));
            }
        }
        Ok(())
    }

    /// Fewest blocks of an epoch in which stages stand at their minutes.
    fn blocks_of_a_day(&self) -> u64 {
        let minutes = self.stages.windows(2).map(|pair| pair[1].1 - pair[0].1);
        let nearest = minutes.min().unwrap_or(NEAREST).clamp(1, NEAREST);
        BLOCKS_OF_A_DAY.saturating_mul(NEAREST.div_ceil(nearest))
    }

    /// Blocks of an epoch.
    pub(crate) fn blocks_per_epoch(&self) -> u64 {
        match self.length {
            EpochLength::Time(_) => self.stages.len() as u64,
            EpochLength::Blocks(blocks) => blocks,
        }
    }

    /// Milliseconds of an epoch.
    pub(crate) fn epoch_ms(&self) -> u64 {
        match self.length {
            EpochLength::Time(length) => length,
            EpochLength::Blocks(blocks) => blocks.saturating_mul(block_ms(blocks)),
        }
    }

    /// The stage and the time of the block after `chain`; no stage: an empty block.
    pub(super) fn next(&self, chain: &Chain) -> (Option<Stage>, u64) {
        let at = chain.height.saturating_sub(chain.epoch_start_height);
        match self.length {
            EpochLength::Time(length) => {
                let start = chain.epoch.saturating_mul(length);
                let entry = usize::try_from(at).ok().and_then(|at| self.stages.get(at));
                let (stage, minute) = entry.copied().unwrap_or((Stage::Closing, MINUTES));
                let offset = scaled(minute, length);
                let time = chain.genesis_time_ms.saturating_add(start).saturating_add(offset);
                (Some(stage), time.max(chain.time_ms))
            }
            EpochLength::Blocks(blocks) => {
                let last = blocks.saturating_sub(1);
                let last_stage = (self.stages.len() as u64).saturating_sub(1);
                let fewest = self.blocks_of_a_day();
                let place = |number: u64, minute: u64| {
                    if blocks < fewest {
                        number.saturating_mul(last) / last_stage.max(1)
                    } else {
                        minute.saturating_mul(last) / MINUTES
                    }
                };
                let mut stages = (0_u64..).zip(self.stages);
                let found = stages.find(|(number, (_, minute))| place(*number, *minute) == at);
                let stage = found.map(|(_, (stage, _))| *stage);
                (stage, chain.time_ms.saturating_add(block_ms(blocks)))
            }
        }
    }
}

/// A minute of a day, in an epoch of this length.
fn scaled(minute: u64, length: u64) -> u64 {
    let scaled = u128::from(length) * u128::from(minute) / u128::from(MINUTES);
    u64::try_from(scaled).unwrap_or(length)
}

/// Milliseconds between blocks where epochs are counted in blocks: an epoch is about a day.
fn block_ms(blocks: u64) -> u64 {
    (DAY_MS / blocks.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Table = &'static [(Stage, u64)];

    fn stages(stages: Table, length: EpochLength, blocks: u64) -> Vec<(Option<Stage>, u64)> {
        let calendar = Calendar { length, stages };
        let mut chain = Chain {
            genesis_time_ms: 1_000,
            time_ms: 1_000,
            epoch: 2,
            height: 50,
            epoch_start_height: 50,
            ..Chain::default()
        };
        let mut all = Vec::new();
        for _ in 0..blocks {
            let next = calendar.next(&chain);
            chain.height += 1;
            chain.time_ms = next.1;
            all.push(next);
        }
        all
    }

    #[test]
    fn a_day_ends_on_time() {
        let day = 86_400_000;
        let all = stages(&WORK, EpochLength::Time(day), 11);
        assert_eq!(all[0], (Some(Stage::Funding), 1_000 + 2 * day + 600_000));
        assert_eq!(all[10], (Some(Stage::Closing), 1_000 + 3 * day));
        assert!(all.is_sorted_by(|one, next| one.1 < next.1));
        assert!(all[..10].iter().all(|(_, time)| *time < 1_000 + 3 * day));
    }

    #[test]
    fn an_hour_has_its_minutes() {
        let hour = 3_600_000;
        let all = stages(&CONTRIBUTIONS, EpochLength::Time(hour), 10);
        let minutes = all.iter().map(|(_, time)| (time - 1_000 - 2 * hour) / 60_000);
        assert_eq!(minutes.collect::<Vec<u64>>(), [1, 3, 12, 16, 24, 32, 40, 46, 52, 60]);
    }

    #[test]
    fn every_stage_has_a_block_of_its_own() {
        let tables: [Table; 4] = [&WORK, &CONTRIBUTIONS, &MARKET, &OPINIONS];
        let lengths = [11, 12, 100, 143, 144, 361, 719, 720, 15_391];
        let pairs = tables.into_iter().flat_map(|table| lengths.map(|blocks| (table, blocks)));
        for (table, blocks) in pairs.filter(|(table, blocks)| *blocks >= table.len() as u64) {
            let all = stages(table, EpochLength::Blocks(blocks), blocks);
            let used: Vec<Stage> = all.iter().filter_map(|(stage, _)| *stage).collect();
            let expected: Vec<Stage> = table.iter().map(|(stage, _)| *stage).collect();
            assert_eq!(used, expected, "{blocks}");
            assert_eq!(all.last().unwrap().0, Some(Stage::Closing));
        }
    }

    #[test]
    fn many_blocks_keep_the_minutes_of_a_day() {
        let all = stages(&WORK, EpochLength::Blocks(15_391), 15_391);
        let at = |stage| all.iter().position(|(found, _)| *found == Some(stage)).unwrap();
        let minutes = |from, to| (all[at(to)].1 - all[at(from)].1) / 60_000;
        assert_eq!(minutes(Stage::Attesting, Stage::Challenging), 59, "an hour, by whole blocks");
        assert_eq!(minutes(Stage::Proving, Stage::Reporting), 839);
        assert_eq!(all[0].1, 1_000 + 5_613, "86,400,000 / 15,391");
    }
}
