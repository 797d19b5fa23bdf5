//! Epochs by hand.
