//! Events as they happen: server-sent events that a client can resume.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::{self, error::RecvError};
use utoipa::ToSchema;
use workmint_answers::Order;
use workmint_node::BlockRecord;

use super::events::{Event, Filter, Filters, of_block};
use super::{Asked, Problem, Rest};
use crate::metrics::Gauge;
use crate::server::Stopping;

/// Who was up to date and falls so many blocks behind is cut off.
const MOST_BEHIND: u64 = 1_000;

/// An event as it is sent.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what is sent")]
pub(super) struct SentEvent {
    /// Names it: height and position.
    #[schema(pattern = "^[0-9]{1,19}-[0-9]{1,19}$", example = "120-3")]
    id: String,
    /// The event's name; `log` for one without.
    event: String,
    /// The event as `/v1/events` has it, JSON.
    data: String,
}

/// A stream of events under way.
struct Stream {
    rest: Rest,
    filter: Filter,
    /// The block and position to go on from.
    next: (u64, u64),
    /// Events of the block before that, not yet sent.
    ready: VecDeque<Event>,
    /// Says that there are new blocks; what it carries is read from the node.
    blocks: broadcast::Receiver<Arc<BlockRecord>>,
    stopping: Stopping,
    /// Whether it has ever been up to date.
    live: bool,
    _permit: OwnedSemaphorePermit,
    _counted: Gauge,
}

impl Stream {
    /// The next event; `None`: the node stops, or the client is too slow.
    async fn event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let head = self.rest.running.at().height;
            let (height, position) = self.next;
            if height <= head {
                if self.live && head - height > MOST_BEHIND {
                    tracing::info!(height, head, "a slow event stream was cut off");
                    return None;
                }
                let block = self.rest.running.block_async(height).await.ok()?;
                self.ready.extend(of_block(
                    &block,
                    position..u64::MAX,
                    (Order::Ascending, &self.filter),
                ));
                self.next = (height.saturating_add(1), 0);
                continue;
            }
            self.live = true;
            tokio::select! {
                () = self.stopping.wait() => return None,
                news = self.blocks.recv() => match news {
                    // Missed ones are read from the node.
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}

/// Events as they happen, as server-sent events with ids `height-position`. A client that comes
/// back with `Last-Event-ID` goes on after it. One that falls 1,000 blocks behind is cut off.
#[utoipa::path(get, path = "/v1/events/stream", tag = "chain", params(
        ("from" = Option<u64>, Query, description = "First height; only what happens from now on \
            unless given", maximum = 9007199254740991_u64),
        Filters,
        ("last-event-id" = Option<String>, Header, description = "The last event a client has; \
            empty: none", pattern = "^([0-9]{1,19}-[0-9]{1,19})?$")),
    responses((status = 200, description = "Events, without end",
        content_type = "text/event-stream", body = SentEvent)))]
pub(super) async fn stream(
    Shared(rest): Shared<Rest>,
    headers: HeaderMap,
    mut asked: Asked,
) -> Result<Response, Problem> {
    let from = asked.number("from", (0, super::asked::MAX_NUMBER))?;
    let filter = Filter::of(&mut asked)?;
    asked.end()?;
    let last = headers.get("last-event-id").filter(|id| !id.is_empty());
    let resumed = last.map(|id| {
        let read = id.to_str().ok().and_then(after);
        let detail = "allowed: HEIGHT-POSITION, the id of an event";
        read.ok_or_else(|| Problem::parameter("last-event-id", detail))
    });
    let permit = Arc::clone(&rest.streams).try_acquire_owned();
    let permit = permit.map_err(|_| Problem::busy("too many event streams are open"))?;
    // Subscribed before the head is read: no block falls between the two.
    let blocks = rest.node.subscribe();
    let at = rest.running.at();
    let from = from.map_or(at.height.saturating_add(1), |from| from.max(1));
    let next = resumed.transpose()?.unwrap_or((from, 0));
    if next.0 < rest.node.history_from() {
        rest.running.block_async(next.0).await?;
    }
    let stopping = rest.stopping.clone();
    let counted = rest.meters.event_stream();
    let ready = VecDeque::new();
    let stream = Stream {
        rest,
        filter,
        next,
        ready,
        blocks,
        stopping,
        live: false,
        _permit: permit,
        _counted: counted,
    };
    let events = futures_util::stream::unfold(stream, |mut stream| async move {
        let event = stream.event().await?;
        let data = serde_json::to_string(&event).ok()?;
        let kind = event.event.unwrap_or_else(|| "log".to_owned());
        let sent = Sent::default().id(event.id).event(kind).data(data);
        Some((Ok::<_, Infallible>(sent), stream))
    });
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(at.respond(Sse::new(events).keep_alive(alive).into_response()))
}

/// The place after an event.
fn after(id: &str) -> Option<(u64, u64)> {
    let (height, position) = id.split_once('-')?;
    let (height, position): (u64, u64) = (height.parse().ok()?, position.parse().ok()?);
    Some((height, position.checked_add(1)?))
}
