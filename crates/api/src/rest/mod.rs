//! REST: `/v1`, document 002's `/rewards`, the description of both.
//!
//! Every answer says at which height it was computed: `height` and `time_ms` in the body of `/v1`,
//! the headers `x-workmint-height` and `x-workmint-time-ms` everywhere. Amounts are decimal strings
//! of base units with asset and decimals beside them; weights, powers and units of work are decimal
//! strings too; heights, epochs, times and counts are JSON integers below 2^53. A list is
//! `{items, next}`; `next` is the `cursor` of the page that follows. Lists by time are read from
//! either end.
//!
//! A handler reads its parameters with [`Asked`], looks at the state once and briefly, and answers.
//! What takes longer (proofs, explanations, other parameters) runs off the threads that answer,
//! a few at a time (`Rest::heavy`).

pub mod accounts;
pub mod answer;
pub mod asked;
pub mod blocks;
pub mod claims;
pub mod contributions;
pub mod delegations;
pub mod document;
pub mod events;
pub mod governance;
pub mod market;
pub mod network;
pub mod ordered;
pub mod participants;
pub mod questions;
pub mod rewards;
pub mod root;
pub mod settlements;
pub mod source;
pub mod stream;
pub mod supply;
pub mod transactions;
pub mod validators;
mod walk;

use std::sync::Arc;

use axum::Router;
use tokio::sync::Semaphore;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use workmint_answers::AnswerError;
use workmint_core::State;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::Parameters;
use workmint_node::Node;

pub use asked::Asked;
pub use document::openapi;
pub use source::Running;

use crate::metrics::Meters;
pub use crate::problem::Problem;
use crate::sending::Sending;
use crate::server::Stopping;

/// Look-ups in the index and the journal, at once.
const LOOKUPS: usize = 32;
/// Event streams at once.
const STREAMS: usize = 256;

/// What every handler has.
#[derive(Clone)]
pub struct Rest {
    node: Node,
    running: Running,
    sending: Arc<Sending>,
    meters: Meters,
    heavy: Arc<Semaphore>,
    lookups: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    stopping: Stopping,
}

impl Rest {
    /// The REST interface of a node; `heavy` requests that take long run at once, at least 1.
    pub(crate) fn new(
        node: Node,
        (sending, meters): (Arc<Sending>, Meters),
        stopping: Stopping,
        heavy: usize,
    ) -> Self {
        let running = Running::new(node.clone());
        let places = |count: usize| Arc::new(Semaphore::new(count));
        let (heavy, lookups, streams) = (places(heavy.max(1)), places(LOOKUPS), places(STREAMS));
        Self { node, running, sending, meters, heavy, lookups, streams, stopping }
    }

    /// Runs what takes long on a thread of its own, if few such requests are under way.
    async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.placed(&self.heavy, work).await
    }

    /// Runs work on a thread of its own once there is a place, within five seconds.
    async fn placed<T: Send + 'static>(
        &self,
        places: &Arc<Semaphore>,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let waiting = tokio::time::timeout(
            std::time::Duration::from_secs(5),
            Arc::clone(places).acquire_owned(),
        );
        let Ok(Ok(permit)) = waiting.await else {
            return Err(Problem::busy("too many such requests are under way"));
        };
        let work = move || {
            let answer = work();
            drop(permit);
            answer
        };
        self.apart(work).await
    }

    /// Runs what may wait for the disk or for a block off the threads that answer.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|_| Problem::internal("the request was broken off"))?
    }

    /// Looks at the state, briefly: blocks wait meanwhile.
    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&State) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let node = self.node.clone();
        self.apart(move || node.read(look)).await
    }

    /// Looks something up by its key, or a page of it.
    async fn finds<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Running) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let running = self.running.clone();
        self.placed(&self.lookups, move || question(&running)).await
    }

    /// Asks the library of answers, as `Rest::heavy`.
    async fn asks<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Running) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let running = self.running.of_request();
        self.heavy(move || question(&running)).await
    }
}

impl From<AnswerError> for Problem {
    fn from(error: AnswerError) -> Self {
        let problem = match &error {
            AnswerError::NotFound { .. } => Self::missing(&error),
            AnswerError::BadInput { .. } => Self::refused(None, &error),
            AnswerError::Damage(_) | AnswerError::Machine(_) => Self::internal(&error),
        };
        match error.field() {
            Some(field) => problem.of(field),
            None => problem,
        }
    }
}

/// The parameters of the open epoch.
fn parameters(state: &State) -> Result<Arc<Parameters>, Problem> {
    let active = state.active_parameters();
    active.ok_or_else(|| Problem::internal("the state has no parameters"))
}

/// An answer of a list: what it calls `after` is the parameter `cursor` here.
fn of_list(error: AnswerError) -> Problem {
    match error {
        AnswerError::BadInput { field: "after", value, what, .. } => {
            Problem::refused(None, format!("{value}: {what}")).of("cursor")
        }
        error => error.into(),
    }
}

/// The handle of a number in a cursor; of one that is too large the last there can be.
fn handle(number: u64) -> AccountHandle {
    AccountHandle(u32::try_from(number).unwrap_or(u32::MAX))
}

macro_rules! paging {
    ($(#[$about:meta])* $name:ident, $pattern:literal) => {
        $(#[$about])*
        #[derive(IntoParams)]
        #[into_params(parameter_in = Query)]
        #[expect(dead_code, reason = "describes what `Asked` reads")]
        struct $name {
            /// Rows of the page; 100 unless given.
            #[param(minimum = 1, maximum = 1000, default = 100)]
            limit: Option<u16>,
            /// Where the page begins: `next` of the page before.
            #[param(pattern = $pattern)]
            cursor: Option<String>,
        }
    };
}

paging! {
    /// A page of a list whose rows have one number.
    Paging, "^[0-9]{1,19}$"
}
paging! {
    /// A page of a list whose rows have three.
    Triples, "^[0-9]{1,19}~[0-9]{1,19}~[0-9]{1,19}$"
}
paging! {
    /// A page of a list by time whose rows have one.
    TimePaging, "^(desc~)?[0-9]{1,19}$"
}
paging! {
    /// A page of a list by time whose rows have two.
    TimePairs, "^(desc~)?[0-9]{1,19}~[0-9]{1,19}$"
}
paging! {
    /// A page of a list by time whose rows have three.
    TimeTriples, "^(desc~)?[0-9]{1,19}~[0-9]{1,19}~[0-9]{1,19}$"
}

macro_rules! part {
    ($(#[$about:meta])* $name:ident { $(#[$field_about:meta])* $field:ident : $kind:ty }) => {
        $(#[$about])*
        #[derive(IntoParams)]
        #[into_params(parameter_in = Path)]
        #[expect(dead_code, reason = "describes what `Asked` reads")]
        struct $name {
            $(#[$field_about])*
            $field: $kind,
        }
    };
}

part! {
    /// An account in the path.
    AddressPart {
        /// An account: `0x` and 40 hexadecimal digits, in one case or with the checksum's.
        #[param(pattern = "^0x([0-9a-f]{40}|[0-9A-F]{40})$")]
        address: String
    }
}
part! {
    /// A customer in the path.
    CustomerPart {
        /// The customer's account: `0x` and 40 hexadecimal digits, in one case or with the
        /// checksum's.
        #[param(pattern = "^0x([0-9a-f]{40}|[0-9A-F]{40})$")]
        customer: String
    }
}
part! {
    /// A number in the path.
    NumberPart {
        /// Its number.
        #[param(maximum = 9_007_199_254_740_991_u64)]
        number: u64
    }
}

/// All paths with their description.
fn paths() -> OpenApiRouter<Rest> {
    let state = OpenApiRouter::new()
        .routes(routes!(network::network))
        .routes(routes!(network::networks))
        .routes(routes!(network::built_in))
        .routes(routes!(supply::supply))
        .routes(routes!(settlements::epochs))
        .routes(routes!(settlements::settlements))
        .routes(routes!(settlements::settlement))
        .routes(routes!(claims::entries))
        .routes(routes!(claims::proofs))
        .routes(routes!(participants::participants))
        .routes(routes!(participants::participant))
        .routes(routes!(accounts::account))
        .routes(routes!(accounts::account_history))
        .routes(routes!(accounts::account_table))
        .routes(routes!(delegations::delegations))
        .routes(routes!(validators::validators))
        .routes(routes!(validators::validator));
    let market = OpenApiRouter::new()
        .routes(routes!(market::jobs))
        .routes(routes!(market::job))
        .routes(routes!(market::sessions))
        .routes(routes!(market::session))
        .routes(routes!(market::prices))
        .routes(routes!(market::quote))
        .routes(routes!(contributions::contributions))
        .routes(routes!(contributions::contribution))
        .routes(routes!(contributions::backpay))
        .routes(routes!(governance::governance))
        .routes(routes!(governance::proposals))
        .routes(routes!(governance::proposal))
        .routes(routes!(governance::ballots));
    let rewards = OpenApiRouter::new()
        .routes(routes!(rewards::rewards_estimate))
        .routes(routes!(rewards::rewards_calculator))
        .routes(routes!(rewards::buckets_status))
        .routes(routes!(rewards::rewards_health))
        .routes(routes!(rewards::policy))
        .routes(routes!(rewards::rewards_metrics))
        .routes(routes!(rewards::v1_buckets))
        .routes(routes!(rewards::v1_rates));
    let chain = OpenApiRouter::new()
        .routes(routes!(blocks::blocks))
        .routes(routes!(blocks::block))
        .routes(routes!(transactions::transaction))
        .routes(routes!(transactions::transactions, transactions::submit))
        .routes(routes!(events::events))
        .routes(routes!(stream::stream));
    let asked = OpenApiRouter::new()
        .routes(routes!(questions::explained))
        .routes(routes!(questions::estimated))
        .routes(routes!(questions::all_metrics))
        .routes(routes!(questions::epoch_metrics))
        .routes(routes!(questions::what_if))
        .routes(routes!(questions::allowances));
    state.merge(market).merge(rewards).merge(chain).merge(asked)
}

/// The routes of the REST interface.
pub fn router(rest: Rest) -> Router {
    let (router, _) = paths().split_for_parts();
    router
        .route("/openapi.json", axum::routing::get(document::serve))
        // Not described: the same path takes JSON-RPC by POST, which is no REST.
        .route("/", axum::routing::get(root::root))
        .method_not_allowed_fallback(async || Problem::no_method())
        .with_state(rest)
}
