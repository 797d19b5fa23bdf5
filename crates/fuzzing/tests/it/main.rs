//! The small corpora of the fuzzer, replayed: the same functions that the fuzzer calls.

mod replay;
mod seeds;
