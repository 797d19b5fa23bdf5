//! The modules, by rank: a module calls modules of lower rank only, by plain function calls.
//!
//! | rank | modules |
//! |---|---|
//! | 0 | `ledger`, `parameters` |
//! | 1 | `registry`, `emission`, `fees`, `vesting`, `exchange` |
//! | 2 | `attestation`, `collateral`, `pricing`, `validators` |
//! | 3 | `stake`, `slashing` |
//! | 4 | `work`, `market`, `opinions` |
//! | 5 | `weights`, `contributions` |
//! | 6 | `rewards` |
//! | 7 | `settlement` |
//! | 8 | `governance` |

pub mod attestation;
pub mod collateral;
pub mod contributions;
pub mod emission;
pub mod exchange;
pub mod fees;
pub mod governance;
pub mod ledger;
pub mod market;
pub mod opinions;
pub mod parameters;
pub mod pricing;
pub mod registry;
pub mod rewards;
pub mod settlement;
pub mod slashing;
pub mod stake;
pub mod validators;
pub mod vesting;
pub mod weights;
pub mod work;
