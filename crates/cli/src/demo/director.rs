//! Decides the next block.

use super::calendar::{Calendar, Stage};
use super::draft::Draft;
use super::story::{Moment, Story};
use crate::failure::Failure;
use workmint_core::block::next_entropy;
use workmint_core::modules::validators;
use workmint_core::state::Chain;
use workmint_core::{Address, Block, DecodedTransaction, State};

/// Most empty blocks made at once.
const MAX_EMPTY_BLOCKS: usize = 1_024;

/// Decides blocks from the story's settings and the state, nothing else.
pub(crate) struct Director {
    calendar: Calendar,
}

impl Director {
    /// A director by this calendar.
    pub(crate) fn new(calendar: Calendar) -> Self {
        Self { calendar }
    }

    /// The blocks that follow the state up to the next one with a stage, at least one: where
    /// epochs are counted in blocks, most are empty.
    pub(crate) fn next_blocks(
        &self,
        story: &mut dyn Story,
        state: &State,
    ) -> Result<Vec<(Block, Vec<DecodedTransaction>)>, Failure> {
        let mut chain = *state.chain();
        // Neither changes before a close.
        let powers = validators::active(state);
        let active: Vec<Address> = powers.iter().map(|(validator, _)| *validator).collect();
        let mut empty = Vec::new();
        while let (None, time_ms) = self.calendar.next(&chain) {
            if empty.len() >= MAX_EMPTY_BLOCKS {
                break;
            }
            let height = chain.height.saturating_add(1);
            let votes = signing(story, &active, &chain);
            (chain.height, chain.time_ms) = (height, time_ms);
            let block = Block {
                height,
                time_ms,
                transactions: Vec::new(),
                evidence: Vec::new(),
                votes,
                proposer: validators::select(&powers, &chain.entropy).map_err(Failure::damage)?,
            };
            let bytes = borsh::to_vec(&block).map_err(Failure::damage)?;
            chain.entropy = next_entropy(&chain.entropy, &bytes);
            empty.push((block, Vec::new()));
        }
        if empty.is_empty() { Ok(vec![self.next_block(story, state)?]) } else { Ok(empty) }
    }

    /// The one block that follows the state.
    pub(crate) fn next_block(
        &self,
        story: &mut dyn Story,
        state: &State,
    ) -> Result<(Block, Vec<DecodedTransaction>), Failure> {
        let chain = *state.chain();
        let Some(parameters) = state.active_parameters() else {
            return Err(Failure::Damage("the state has no genesis".to_owned()));
        };
        let (stage, time_ms) = self.calendar.next(&chain);
        let mut evidence = Vec::new();
        let mut draft = Draft::new(state);
        if let Some(stage) = stage.filter(|stage| *stage != Stage::Closing) {
            let moment = Moment { state, parameters: &parameters, epoch: chain.epoch, time_ms };
            evidence = story.fill(stage, &moment, &mut draft)?;
        }
        let Draft { raw, decoded, .. } = draft;
        let (active, proposer) = validators::turn(state).map_err(Failure::damage)?;
        let votes = signing(story, &active, &chain);
        let block = Block {
            height: chain.height.saturating_add(1),
            time_ms,
            transactions: raw,
            evidence,
            votes,
            proposer,
        };
        Ok((block, decoded))
    }
}

/// Those of the active validators that sign the last block.
fn signing(story: &dyn Story, active: &[Address], chain: &Chain) -> Vec<Address> {
    active.iter().filter(|validator| story.signs(validator, chain)).copied().collect()
}
