//! Seats followed through a chain in memory, and what is wrong with one found.

use super::Dice;
use super::chain::{self, who};
use crate::audit::seats::Seats;
use workmint_amounts::Amount;
use workmint_core::block::Applied;
use workmint_core::modules::ledger::Reason;
use workmint_core::modules::opinions::{Event as Said, RegisterSeat, Request};
use workmint_core::modules::parameters::{
    Destination, OpinionPower, Opinions, Parameters, ScheduleParameters, Score, SeatRegistration,
    Weighing,
};
use workmint_core::{Address, Event, Message, State};

/// Four seats, one scored stream; epochs of five blocks.
fn network() -> Parameters {
    let mut parameters = chain::network();
    parameters.fees.flat = Amount::ZERO;
    parameters.streams[0].score = Score::Performance;
    parameters.opinions = Some(Opinions {
        seats: 4,
        owner: None,
        power: OpinionPower::Collateral,
        least_power: Amount::ZERO,
        most_validators: 1,
        activity_cutoff_blocks: 100,
        registration: SeatRegistration {
            initial: Amount::new(1_000_000_007),
            minimum: Amount::new(1_000),
            maximum: Amount::new(5_000_000_000),
            half_life_blocks: 7,
            rise: "1.26".parse().unwrap(),
            burned_share: "0.3".parse().unwrap(),
            rest: Destination::Treasury,
            immunity_blocks: 3,
        },
        weighing: Weighing {
            minimum_count: 0,
            rate_limit_blocks: 0,
            reveal_epochs: None,
            most_commitments: 1,
        },
        yuma: None,
        children: None,
    });
    parameters
}

fn genesis() -> State {
    let parameters = network();
    let asset = parameters.emission.asset;
    chain::genesis(parameters, 0..8, (asset, 1_000_000_000_000))
}

fn next(state: &mut State, sender: Address, message: Option<Message>) -> Applied {
    let one = message.map(|message| chain::signed(state, sender, message));
    chain::next(state, one).applied
}

fn follow(seats: &mut Seats, state: &State, applied: &Applied) -> Result<(), String> {
    seats.follow(state.chain().height, applied, &state.active_parameters().unwrap())
}

fn register() -> Option<Message> {
    let most_price = Amount::MAX;
    Some(Message::Opinion(Request::RegisterSeat(RegisterSeat { most_price })))
}

#[test]
fn seats_are_followed_through_other_rules() {
    let mut dice = Dice(31);
    let mut state = genesis();
    let mut seats = Seats::opening(&state);
    let mut taken = 0;
    for round in 0..400 {
        let wish = (dice.below(3) > 0).then(register).flatten();
        let sender = who(dice.below(8));
        let (sender, wish) = if round % 97 == 96 {
            let mut parameters = network();
            let rules = parameters.opinions.as_mut().unwrap();
            rules.seats = 1 + u16::try_from(dice.below(5)).unwrap();
            rules.registration.half_life_blocks = 1 + dice.below(20);
            let (epoch, parameters) = (state.chain().epoch + 2, Box::new(parameters));
            let change = ScheduleParameters { epoch, parameters };
            (who(99), Some(Message::ScheduleParameters(change)))
        } else {
            (sender, wish)
        };
        let applied = next(&mut state, sender, wish);
        follow(&mut seats, &state, &applied).unwrap_or_else(|why| panic!("round {round}: {why}"));
        let took = |event: &&Event| matches!(event, Event::Opinions(Said::SeatTaken { .. }));
        taken += applied.events.iter().filter(took).count();
    }
    assert!(taken > 50, "{taken} seats were taken");
    assert_ne!(state.active_parameters().unwrap().opinions, network().opinions);
}

#[test]
fn a_wrong_price_posting_or_holder_is_found() {
    let found = |change: &dyn Fn(&mut Applied)| {
        let mut state = genesis();
        let mut seats = Seats::opening(&state);
        let mut applied = next(&mut state, who(1), register());
        change(&mut applied);
        follow(&mut seats, &state, &applied).and_then(|()| {
            // Up to the first close, which freezes who holds what.
            (0..5).try_for_each(|_| {
                let applied = next(&mut state, who(2), None);
                follow(&mut seats, &state, &applied)
            })
        })
    };
    assert_eq!(found(&|_| {}), Ok(()));
    let taken = |applied: &mut Applied, change: &dyn Fn(&mut Amount, &mut Address)| {
        for event in &mut applied.events {
            if let Event::Opinions(Said::SeatTaken { price, account, .. }) = event {
                change(price, account);
            }
        }
    };
    let cheaper = |applied: &mut Applied| {
        taken(applied, &|price, _| *price = Amount::new(price.get() - 1));
    };
    assert!(found(&cheaper).unwrap_err().contains("by its rules"));
    let stolen = |applied: &mut Applied| taken(applied, &|_, account| *account = who(3));
    assert!(found(&stolen).unwrap_err().contains("not those taken"));
    let unpaid = |applied: &mut Applied| {
        applied.postings.retain(|posting| posting.reason != Reason::Seat);
    };
    assert!(found(&unpaid).unwrap_err().contains("posted for seats"));
    let silent = |applied: &mut Applied| {
        applied.events.clear();
        applied.postings.clear();
    };
    assert!(found(&silent).unwrap_err().contains("not those taken"));
}
