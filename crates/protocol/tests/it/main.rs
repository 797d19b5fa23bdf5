//! Answers about rates and buckets of a network whose names, asset and rules are not the
//! document's. What contributions are worth is worked out by hand.

mod answers;
mod estimates;
mod kit;
mod logs;
mod wire;
