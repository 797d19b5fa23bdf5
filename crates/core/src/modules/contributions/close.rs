//! What a close does with contributions. `epoch` calls these in order.

use crate::state::{Context, State};

/// Before inputs are frozen: decides overdue challenges, lapses what was not verified in time, and
/// collects what becomes final into `final_now`.
pub(crate) fn close(_state: &mut State, _context: &Context) {}

/// After the settlement: marks what was settled and forgets ids that can never be used again.
pub(crate) fn end_close(_state: &mut State, _context: &Context) {}
