//! Who bonds, signs and proposes, for the inputs.

use crate::error::{Error, OVERFLOW};
use crate::inputs::{ValidatorColumns, ValidatorRow};
use crate::modules::ledger::AccountHandle;
use crate::state::{Context, State};
use std::collections::BTreeMap;

/// The validators of the epoch with what is frozen of them; their rows are not known yet. Nobody
/// is listed who bonds nothing and did nothing.
pub(super) fn find(
    state: &State,
    context: &Context,
) -> Result<BTreeMap<AccountHandle, ValidatorRow>, Error> {
    let mut all = BTreeMap::new();
    let Some(rules) = &context.parameters.validators else {
        return Ok(all);
    };
    let epoch = context.now.epoch;
    for (validator, pool) in state.validators.pools() {
        let (bonded, delegated) = pool.throughout(epoch)?;
        let duty = state.validators.duty(validator, epoch)?;
        if bonded.is_zero() && duty.due == 0 && duty.proposed == 0 {
            continue;
        }
        let row = ValidatorRow {
            participant: 0,
            bonded,
            delegated,
            commission: pool.commission.during(epoch).min(rules.most_commission),
            signed: duty.signed,
            due: duty.due,
            proposed: duty.proposed,
        };
        all.insert(validator, row);
    }
    Ok(all)
}

/// As columns ascending by row; `handles` are the accounts of the rows.
pub(super) fn columns(
    found: &BTreeMap<AccountHandle, ValidatorRow>,
    handles: &[AccountHandle],
) -> Result<ValidatorColumns, Error> {
    let mut columns = ValidatorColumns::default();
    for (at, handle) in handles.iter().enumerate() {
        if let Some(row) = found.get(handle) {
            let participant = u32::try_from(at).map_err(|_| OVERFLOW)?;
            columns.push(ValidatorRow { participant, ..*row });
        }
    }
    Ok(columns)
}
