//! Decides the next block.

use super::behaviour;
use super::calendar::{Calendar, Stage};
use super::cast::Cast;
use super::demand::{EpochDemand, Source};
use super::draft::Draft;
use super::settings::Settings;
use super::stages::{self, Scene};
use crate::failure::Failure;
use workmint_core::{Block, DecodedTransaction, State};

/// Most empty blocks made at once.
const MAX_EMPTY_BLOCKS: usize = 1_024;

/// Decides blocks from settings and state, nothing else.
pub(crate) struct Director {
    settings: Settings,
    cast: Cast,
    calendar: Calendar,
    source: Source,
    /// The demand of the epoch last asked for: made once an epoch, not once a block.
    demand: Option<EpochDemand>,
}

impl Director {
    /// A director for these settings.
    pub(crate) fn new(settings: Settings, cast: Cast, calendar: Calendar, source: Source) -> Self {
        Self { settings, cast, calendar, source, demand: None }
    }

    /// Who takes part.
    pub(crate) fn cast(&self) -> &Cast {
        &self.cast
    }

    /// The blocks that follow the state up to the next one with a stage, at least one: where
    /// epochs are counted in blocks, most are empty.
    pub(crate) fn next_blocks(
        &mut self,
        state: &State,
    ) -> Result<Vec<(Block, Vec<DecodedTransaction>)>, Failure> {
        let mut chain = *state.chain();
        let mut empty = Vec::new();
        while let (None, time_ms) = self.calendar.next(&chain) {
            if empty.len() >= MAX_EMPTY_BLOCKS {
                break;
            }
            let height = chain.height.saturating_add(1);
            (chain.height, chain.time_ms) = (height, time_ms);
            let block = Block {
                height,
                time_ms,
                transactions: Vec::new(),
                evidence: Vec::new(),
                votes: Vec::new(),
            };
            empty.push((block, Vec::new()));
        }
        if empty.is_empty() { Ok(vec![self.next_block(state)?]) } else { Ok(empty) }
    }

    /// The block that follows the state.
    fn next_block(&mut self, state: &State) -> Result<(Block, Vec<DecodedTransaction>), Failure> {
        let chain = *state.chain();
        let Some(parameters) = state.active_parameters() else {
            return Err(Failure::Damage("the state has no genesis".to_owned()));
        };
        let (stage, time_ms) = self.calendar.next(&chain);
        let mut evidence = Vec::new();
        let mut draft = Draft::new(state);
        if let Some(stage) = stage.filter(|stage| *stage != Stage::Closing) {
            let demand = match self.demand.take() {
                Some(demand) if demand.epoch == chain.epoch => demand,
                _ => {
                    let from = (&self.settings, &self.cast, &self.source);
                    EpochDemand::new(from, &parameters, chain.epoch)?
                }
            };
            let scene = Scene {
                state,
                parameters: &parameters,
                settings: &self.settings,
                cast: &self.cast,
                demand: &demand,
                epoch: chain.epoch,
            };
            stages::fill(stage, &scene, &mut draft)?;
            if stage == Stage::Opening {
                evidence = behaviour::evidence(&self.settings, &self.cast, chain.epoch, time_ms);
            }
            self.demand = Some(demand);
        }
        let Draft { raw, decoded, .. } = draft;
        let block = Block {
            height: chain.height.saturating_add(1),
            time_ms,
            transactions: raw,
            evidence,
            votes: Vec::new(),
        };
        Ok((block, decoded))
    }
}
