//! Adapters: what single requests reserve, cost and pay.

use crate::conformance::case::{Case, Node};
use crate::conformance::chain::{GNK, Holding, LocalChain, built_in};
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};
use workmint_amounts::Amount;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::market::{Answer, Request, Stage, Terms, cost};
use workmint_core::modules::parameters::Parameters;
use workmint_core::names::ModelId;
use workmint_core::time::Deadline;
use workmint_core::{Error, Hash};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "dynamic_pricing", function: "CalculateCost", run: cost_of_keeper_test },
    Adapter { file: "dynamic_pricing", function: "RecordInferencePrice", run: locked_price },
    Adapter { file: "", function: "CalculateCost", run: cost_of_inference },
    Adapter { file: "", function: "CalculateEscrow", run: escrow_of_inference },
    Adapter { file: "", function: "ProcessStartInference", run: start },
    Adapter { file: "", function: "ProcessFinishInference", run: finish },
];

/// The peer's amounts are signed numbers of 64 bits: the most its asset can be.
const MOST: Amount = Amount::new(i64::MAX as u128);

/// The peer's error is an error of ours; its value is ours.
fn same_or_refused(what: &str, ours: Result<Amount, Error>, expected: &Node<'_>) -> Outcome {
    match ours {
        Err(_) if expected.has("err") => {
            same("value of an error", Amount::ZERO, expected.optional("result").amount()?)
        }
        Ok(ours) if !expected.has("err") => same(what, ours, expected.at("result").amount()?),
        ours => Err(Mismatch::new(format!("{what}: ours {ours:?}, theirs {expected:?}"))),
    }
}

fn cost_of_keeper_test(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let price = input.at("per_token_price").amount()?;
    let (prompt, answer) =
        (input.at("prompt_tokens").number()?, input.at("completion_tokens").number()?);
    require("cost", cost(prompt, answer, price, MOST)?, expected.at("cost").amount()?)?;
    let prompt_units = input.at("escrow_prompt_tokens").number()?;
    let terms = Terms { price, prompt_units, max_units: input.at("max_tokens").number()? };
    same("escrow", terms.escrow(MOST)?, expected.at("escrow").amount()?)
}

/// The price of a request is what a unit of it pays: locked when it is opened, whatever the model's
/// becomes until it is answered. A model without a price cannot be asked for here.
fn locked_price(case: &Case) -> Outcome {
    let input = case.input();
    let (locked, of_model) = (input.at("inference_price").amount()?, input.at("model_price"));
    if locked.is_zero() && of_model.is_null() {
        return Ok(Verdict::NotCovered("a model without a price cannot be asked for here"));
    }
    let of_model = if of_model.is_null() { locked } else { of_model.amount()? };
    let opened_at = if locked.is_zero() { of_model } else { locked };
    let parties = ("customer", "host");
    let amount = opened_at.checked_add(Amount::new(1))?;
    let holding = Holding { who: parties.0, asset: GNK, amount, vesting_epochs: 0 };
    let mut rules = built_in("gonka-mainnet")?;
    let set_price = |rules: &mut Parameters, price| {
        rules.models.iter_mut().for_each(|model| model.price_per_unit = price);
    };
    set_price(&mut rules, opened_at);
    let mut chain = LocalChain::new(rules, &[holding])?;
    chain.join(parties.1)?;
    chain.ask(parties, Hash::ZERO, amount)?;
    chain.change(|rules| set_price(rules, of_model))?;
    chain.answer(parties, Hash::ZERO)?;
    let customer = chain.handle(parties.0)?;
    let request = chain.state.market.request(customer, Hash::ZERO).map(|request| &request.stage);
    let paid = match request {
        Some(Stage::Answered { paid, .. }) => Some(*paid),
        Some(Stage::Open { .. } | Stage::Refuted { .. }) | None => None,
    };
    same("price of a unit", paid, Some(case.expected().at("per_token_price").amount()?))
}

fn cost_of_inference(case: &Case) -> Outcome {
    let inference = case.input().at("inference");
    let (prompt, answer) = (
        inference.at("PromptTokenCount").number()?,
        inference.at("CompletionTokenCount").number()?,
    );
    let ours = cost(prompt, answer, inference.at("PerTokenPrice").amount()?, MOST);
    same_or_refused("cost", ours, &case.expected())
}

fn escrow_of_inference(case: &Case) -> Outcome {
    let (input, inference) = (case.input(), case.input().at("inference"));
    let terms = Terms {
        price: inference.at("PerTokenPrice").amount()?,
        prompt_units: input.at("promptTokens").number()?,
        max_units: inference.at("MaxTokens").number()?,
    };
    same_or_refused("escrow", terms.escrow(MOST), &case.expected())
}

/// What the peer knows of an inference: it was started if it has an id, and finished first if it
/// has an executor.
struct Known {
    request: Option<Request>,
    answer: Option<Answer>,
}

fn known(inference: &Node<'_>, terms: Terms) -> Result<Known, Mismatch> {
    let answer = Answer {
        prompt_units: inference.at("PromptTokenCount").number()?,
        answer_units: inference.at("CompletionTokenCount").number()?,
    };
    let escrow = inference.at("EscrowAmount").amount()?;
    let stage = Stage::Open { escrow, expires: Deadline::Epoch(0) };
    let request = Request { model: ModelId(0), provider: AccountHandle(0), terms, stage };
    let finished = !inference.at("ExecutedBy").text()?.is_empty();
    let started = !finished && !inference.at("InferenceId").text()?.is_empty();
    Ok(Known { request: started.then_some(request), answer: finished.then_some(answer) })
}

fn start(case: &Case) -> Outcome {
    let (inference, message) =
        (case.input().at("currentInference"), case.input().at("startMessage"));
    if inference.is_null() {
        return Ok(Verdict::NotCovered(
            "a missing record is a defect of the caller there, and cannot be said here",
        ));
    }
    let prompt_units = message.at("PromptTokenCount").number()?;
    // A request that names no limit has the network's.
    let max_units = match message.at("MaxTokens").number()? {
        0 => built_in("gonka-mainnet")?.market.escrow.map(|rules| rules.default_max_units),
        max_units => Some(max_units),
    };
    let missing = || Mismatch::new("gonka-mainnet has no escrow");
    let max_units = max_units.ok_or_else(missing)?;
    let terms = Terms { price: inference.at("PerTokenPrice").amount()?, prompt_units, max_units };
    let known = known(&inference, terms)?;
    let ours = terms.open(known.request.as_ref(), known.answer, MOST);
    let expected = case.expected();
    let opening = match ours {
        Err(_) if expected.has("err") => return Ok(Verdict::Passed),
        ours => ours?,
    };
    let (record, payments) = (expected.at("r0"), expected.at("r1"));
    let (locked, paid, asked) = match opening.payment {
        Some(payment) => (payment.paid, payment.paid, payment.prompt_units),
        None => (opening.escrow, Amount::ZERO, prompt_units),
    };
    require("units of the question", asked, record.at("PromptTokenCount").number()?)?;
    require("most units", max_units, record.at("MaxTokens").number()?)?;
    require("status", "STARTED", record.at("Status").text()?)?;
    require("actual cost", paid, record.at("ActualCost").amount()?)?;
    // What is locked is recorded by the caller, after it was locked.
    for kept in ["PerTokenPrice", "EscrowAmount", "ExecutedBy", "CompletionTokenCount"] {
        record.at(kept).unchanged(&inference.at(kept))?;
    }
    require("escrow", locked, payments.at("EscrowAmount").amount()?)?;
    same("payment", paid, payments.at("ExecutorPayment").amount()?)
}

/// What an answer costs. The peer's caller compares it with the escrow and pays: its record of an
/// inference with an escrow of 50,000 shows no payment.
fn finish(case: &Case) -> Outcome {
    let (inference, message) =
        (case.input().at("currentInference"), case.input().at("finishMessage"));
    let terms = Terms {
        price: inference.at("PerTokenPrice").amount()?,
        prompt_units: inference.at("PromptTokenCount").number()?,
        max_units: inference.at("MaxTokens").number()?,
    };
    let answer = Answer {
        prompt_units: message.at("PromptTokenCount").number()?,
        answer_units: message.at("CompletionTokenCount").number()?,
    };
    let payment = terms.settle(answer, MOST)?;
    let record = case.expected().at("r0");
    require("question", payment.prompt_units, record.at("PromptTokenCount").number()?)?;
    require("answer", answer.answer_units, record.at("CompletionTokenCount").number()?)?;
    require("status", "FINISHED", record.at("Status").text()?)?;
    record.at("ExecutedBy").unchanged(&message.at("ExecutedBy"))?;
    for kept in ["PerTokenPrice", "EscrowAmount", "MaxTokens"] {
        record.at(kept).unchanged(&inference.at(kept))?;
    }
    same("cost", payment.cost, record.at("ActualCost").amount()?)
}
