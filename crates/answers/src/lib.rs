//! What a network answers when it is asked why, how much, and what if; read from a stored state.
#![forbid(unsafe_code)]
