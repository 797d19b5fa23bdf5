//! Tests of the state machine through its public surface: messages in, blocks applied, numbers
//! computed by hand compared with what comes out.
//!
//! `WORKMINT_FULL=1` multiplies the random sequences.

mod attestation;
mod bad_contributions;
mod broken;
mod bucket_closes;
mod bucket_oracle;
mod bucket_parameter_changes;
mod bucket_properties;
mod buckets;
mod collateral_rules;
mod conduct;
mod contribution_attacks;
mod contribution_kit;
mod contribution_order;
mod contributions;
mod document_002;
mod draw;
mod driver;
mod errors;
mod errors_work;
mod escrow;
mod exchange;
mod fees;
mod fixtures;
mod governance;
mod incidents;
mod job_facts;
mod job_market;
mod jobs;
mod kit;
mod life;
mod messages;
mod networks;
mod paced_prices;
mod pains;
mod pains_blyan;
mod participation;
mod plans;
mod prices;
mod properties;
mod provider_streams;
mod quorum;
mod recoveries;
mod refuted_answers;
mod review;
mod reward_properties;
mod reward_split;
mod schedules;
mod sessions;
mod stage;
mod stake;
mod timing;
mod unsplit;
mod weight_rules;
