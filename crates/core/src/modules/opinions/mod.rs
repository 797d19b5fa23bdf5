//! `opinions`: validators' weights on miners, and the consensus over them (document 004 §4.1;
//! reference/bittensor.md).

pub mod weighing;
pub mod yuma;
