//! Random lives of seats beside a book kept by other code: who holds which seat, what it cost,
//! which commitments are open, whose power counts for whom.

use crate::draw::{Draw, is_full};
use crate::kit::*;
use crate::seats::*;
use std::collections::BTreeMap;
use workmint_amounts::exp_floor;
use workmint_core::Message;
use workmint_core::modules::opinions::{Request, SetChildren, price};
use workmint_core::modules::parameters::*;

const WHO: [&str; 7] = ["alice", "bob", "carol", "dave", "cust", "buyer", "hunter"];
const SEATS: usize = 4;

/// A seat as the book knows it.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    who: &'static str,
    since: u64,
    earned: u128,
    row: Vec<(u16, u16)>,
    /// Height of the weights, of the last act.
    at: (u64, u64),
}

/// An open commitment: epoch, height, salt, what is said.
type Sealed = (u64, u64, u8, Vec<(u16, u16)>);

/// For whom power counts, and parts of 65,535.
type Shares = Vec<(&'static str, u128)>;

struct Book {
    seats: Vec<Held>,
    /// Price and height of the last registration.
    price: (u128, u64),
    sealed: BTreeMap<usize, Vec<Sealed>>,
    children: BTreeMap<&'static str, Shares>,
    /// From an epoch on.
    coming: Vec<(u64, &'static str, Shares)>,
    paid: u128,
    salt: u8,
}

fn own(who: &str) -> u128 {
    match who {
        "alice" => 900,
        "bob" => 500,
        "hunter" => 700,
        _ => 0,
    }
}

fn network() -> Parameters {
    with_seats(|rules| {
        rules.weighing.reveal_epochs = Some(1);
        rules.weighing.minimum_count = 1;
        rules.weighing.rate_limit_blocks = 2;
        rules.registration.immunity_blocks = 6;
        rules.children = Some(ChildRules { most: 3, most_take: ratio("0"), delay_epochs: 2 });
    })
}

impl Book {
    fn price_at(&self, height: u64) -> u128 {
        let (price, since) = self.price;
        let blocks = height - since;
        // 2^(-n / 10) as e^(-ln 2 x n / 10), with 20 digits of ln 2: enough for prices so small
        // unless they are whole, which whole half-lives are.
        let left = if blocks.is_multiple_of(10) {
            price >> (blocks / 10).min(127)
        } else {
            let digits = u128::from(blocks) * 6_931_471_805_599_453_094;
            let (whole, part) = (digits / 10_u128.pow(20), digits % 10_u128.pow(20));
            exp_floor(price, format!("-{whole}.{part:020}").parse().unwrap()).unwrap()
        };
        left.clamp(100, 4_000)
    }

    fn seat(&self, who: &str) -> Option<usize> {
        self.seats.iter().position(|held| held.who == who)
    }

    /// Seat to give, if `who` may take one.
    fn register(&mut self, who: &'static str, height: u64) -> bool {
        if self.seat(who).is_some() {
            return false;
        }
        let price = self.price_at(height);
        self.paid += price;
        self.price = ((price * 3 / 2).min(4_000), height);
        let held = Held { who, since: height, earned: 0, row: Vec::new(), at: (0, 0) };
        if self.seats.len() < SEATS {
            self.seats.push(held);
            return true;
        }
        let order =
            |(at, held): (usize, &Held)| (height - held.since < 6, held.earned, held.since, at);
        let (_, _, _, at) = self.seats.iter().enumerate().map(order).min().unwrap();
        self.seats[at] = held;
        self.sealed.remove(&at);
        true
    }
}

fn entries(draw: &mut Draw, taken: usize) -> Vec<(u16, u16)> {
    let mut row = Vec::new();
    for seat in 0..taken {
        if draw.below(2) == 0 {
            row.push((u16::try_from(seat).unwrap(), u16::try_from(draw.below(4)).unwrap()));
        }
    }
    row
}

/// What the book says of powers, by seat.
fn powers(book: &Book) -> Vec<u128> {
    let lent = |who: &str| book.children.get(who).cloned().unwrap_or_default();
    let part = |who: &str, share: u128| own(who) * share / 65_535;
    let one = |held: &Held| {
        let gone: u128 = lent(held.who).iter().map(|(_, share)| part(held.who, *share)).sum();
        let of_others = WHO.iter().map(|lender| {
            let to = lent(lender);
            let share = to.iter().find(|(child, _)| *child == held.who);
            share.map_or(0, |(_, share)| part(lender, *share))
        });
        own(held.who) - gone + of_others.sum::<u128>()
    };
    book.seats.iter().map(one).collect()
}

fn assert_same(chain: &Chain, book: &Book) {
    let state = &chain.state.opinions;
    assert_eq!(usize::from(state.taken()), book.seats.len());
    for (number, held) in (0..).zip(&book.seats) {
        let seat = state.seat(number).unwrap();
        assert_eq!(seat.holder, chain.handle(held.who));
        assert_eq!((seat.registered, seat.earned), (held.since, held.earned), "{held:?}");
        assert_eq!((seat.last_update, seat.last_act), held.at, "{held:?}");
        assert_eq!(state.weights(number).len(), held.row.len());
        let open = book.sealed.get(&usize::from(number)).map_or(0, Vec::len);
        assert_eq!(state.commitments(number).count(), open);
    }
    assert_eq!(
        price(&chain.state).unwrap().unwrap().get(),
        book.price_at(chain.state.chain().height)
    );
}

/// The median by seat, and who has a say: the book's own arithmetic, by trying every weight.
fn close(book: &mut Book, chain: &Chain, permits: &[bool], height: u64) {
    let powers = powers(book);
    let say = |at: usize| {
        let counts = permits[at] && powers[at] >= 100 && book.seats[at].at.0 + 1_000 >= height;
        if counts { powers[at] } else { 0 }
    };
    let all: u128 = (0..book.seats.len()).map(say).sum();
    let weight = |from: usize, on: usize| -> u16 {
        let (speaker, miner) = (&book.seats[from], &book.seats[on]);
        let first = book.sealed.get(&from).and_then(|open| open.first());
        let waits = first.is_some_and(|(_, at, ..)| *at < miner.since);
        if from == on || speaker.at.0 <= miner.since || waits {
            return 0;
        }
        let row = chain.state.opinions.weights(u16::try_from(from).unwrap());
        let found = row.iter().find(|(seat, _)| usize::from(*seat) == on);
        found.map_or(0, |(_, weight)| *weight)
    };
    let median = |on: usize| {
        let up_to = |limit: u16| -> u128 {
            (0..book.seats.len()).filter(|from| weight(*from, on) <= limit).map(say).sum()
        };
        let candidates = (0..book.seats.len()).filter(|from| say(*from) > 0);
        let enough =
            candidates.map(|from| weight(from, on)).filter(|limit| 2 * up_to(*limit) > all);
        enough.min().unwrap_or(0)
    };
    let earned: Vec<u128> = (0..book.seats.len())
        .map(|at| if say(at) > 0 { 65_535 } else { u128::from(median(at)) })
        .collect();
    for (held, earned) in book.seats.iter_mut().zip(earned) {
        held.earned = earned;
    }
}

fn live(seed: u64, blocks: u64) -> (u64, u64) {
    let mut draw = Draw::from_seed(seed);
    let mut chain = Chain::new(network());
    let mut book = Book {
        seats: Vec::new(),
        price: (1_000, 0),
        sealed: BTreeMap::new(),
        children: BTreeMap::new(),
        coming: Vec::new(),
        paid: 0,
        salt: 0,
    };
    let joined = ["alice", "bob", "hunter"];
    let joins =
        joined.iter().flat_map(|who| [(*who, join(who, None)), (*who, put_collateral(own(who)))]);
    chain.block(joins.collect());
    let before: u128 = WHO.iter().map(|who| chain.balance(who)).sum();
    let (mut replaced, mut revealed) = (0, 0);
    for _ in 0..blocks {
        if draw.below(6) == 0 {
            let permits: Vec<bool> = (0..chain.state.opinions.taken())
                .map(|at| chain.state.opinions.seat(at).unwrap().permit)
                .collect();
            let height = chain.state.chain().height + 1;
            close(&mut book, &chain, &permits, height);
            let closed = chain.close().closed.unwrap();
            let frozen = closed.inputs.opinions.as_ref().unwrap();
            let found: Vec<u128> = frozen.seats.power.iter().map(|power| power.get()).collect();
            assert_eq!(found, powers(&book));
            let next = chain.epoch();
            let (due, later): (Vec<_>, Vec<_>) =
                book.coming.drain(..).partition(|(from, ..)| *from <= next);
            book.coming = later;
            due.into_iter().for_each(|(_, who, all)| {
                book.children.insert(who, all);
            });
            for open in book.sealed.values_mut() {
                open.retain(|(epoch, ..)| epoch + 1 >= next);
            }
            assert_same(&chain, &book);
            continue;
        }
        let (who, height) = (draw.of(&WHO), chain.state.chain().height + 1);
        let epoch = chain.epoch();
        match draw.below(4) {
            0 => {
                let full = book.seats.len() == SEATS;
                if book.register(who, height) {
                    chain.ok(who, take_seat());
                    replaced += u64::from(full);
                } else {
                    assert_eq!(chain.refused(who, take_seat()), 2102);
                }
            }
            1 => {
                let Some(at) = book.seat(who) else { continue };
                let said = entries(&mut draw, book.seats.len());
                book.salt = book.salt.wrapping_add(1);
                let message = commit(&chain, who, &said, book.salt);
                let seat = chain.state.opinions.seat(u16::try_from(at).unwrap()).unwrap();
                let rested = book.seats[at].at.1 == 0 || book.seats[at].at.1 + 2 <= height;
                let open = book.sealed.entry(at).or_default();
                if seat.power.get() >= 100 && rested && open.len() < 3 {
                    chain.ok(who, message);
                    open.push((epoch, height, book.salt, said));
                    book.seats[at].at.1 = height;
                } else {
                    assert!([2106, 2107, 2114].contains(&chain.refused(who, message)));
                }
            }
            2 => {
                let Some(at) = book.seat(who) else { continue };
                let open = book.sealed.entry(at).or_default();
                if open.is_empty() {
                    continue;
                }
                let nth = usize::try_from(draw.below(open.len() as u64)).unwrap();
                let (made, height, salt, said) = open[nth].clone();
                let seat = chain.state.opinions.seat(u16::try_from(at).unwrap()).unwrap();
                let own_only = said.len() == 1 && usize::from(said[0].0) == at;
                let allowed = (seat.permit || own_only) && !said.is_empty();
                let enough = seat.power.get() >= 100;
                if made + 1 == epoch && allowed && enough {
                    chain.ok(who, reveals(&said, salt));
                    open.drain(..=nth);
                    book.seats[at].at.0 = height;
                    book.seats[at].row = said;
                    revealed += 1;
                } else {
                    let code = chain.refused(who, reveals(&said, salt));
                    assert!([2106, 2108, 2111, 2117].contains(&code), "{code}");
                }
            }
            _ => {
                let mut all = Shares::new();
                let mut left = 65_535;
                for child in WHO {
                    let share = u128::from(draw.below(40_000));
                    if child != who
                        && draw.below(3) == 0
                        && share > 0
                        && share <= left
                        && all.len() < 3
                    {
                        all.push((child, share));
                        left -= share;
                    }
                }
                let children: Vec<_> = all
                    .iter()
                    .map(|(child, share)| (address(child), u16::try_from(*share).unwrap()))
                    .collect();
                let message = Message::Opinion(Request::SetChildren(SetChildren { children }));
                if own(who) >= 100 || all.is_empty() {
                    chain.ok(who, message);
                    book.coming.retain(|(_, of, _)| *of != who);
                    book.coming.push((epoch + 2, who, all));
                } else {
                    assert_eq!(chain.refused(who, message), 2106);
                }
            }
        }
        assert_same(&chain, &book);
    }
    let after: u128 = WHO.iter().map(|who| chain.balance(who)).sum();
    assert_eq!(before - after, book.paid, "what was paid is what seats cost");
    (replaced, revealed)
}

#[test]
fn random_lives_of_seats_match_a_book() {
    let (lives, blocks) = if is_full() { (200, 600) } else { (6, 300) };
    let (mut replaced, mut revealed) = (0, 0);
    for seed in 1..=lives {
        let (lost, shown) = live(seed, blocks);
        (replaced, revealed) = (replaced + lost, revealed + shown);
    }
    assert!(replaced > lives * 10 && revealed > lives, "{replaced} replaced, {revealed} revealed");
}
