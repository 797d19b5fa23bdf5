//! `[market]` with `[market.escrow]`, `[claims]`, `[roles]`.

use super::scalars::{Unit, Units};
use crate::choices::{DESTINATIONS, MODES, VESTING_REMAINDERS};
use crate::definition::Owner;
use crate::reader::{Reader, Section};
use crate::values;
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{Claims, EscrowRules, Market, VestingRemainder};
use workmint_core::modules::registry::Role;

/// With the unit of the market's asset, which prices and bonds are written in.
pub(super) fn market(reader: &mut Reader<'_>, units: &Units) -> Option<(Market, Unit)> {
    let section = reader.section(None, "market")?;
    let unit = reader.asset(&section, "asset", units);
    let close_window = reader.duration(&section, "close_window");
    let escrow = escrow(reader, &section);
    let jobs = super::jobs::jobs(reader, &section, unit.as_ref());
    let sessions = super::sessions::sessions(reader, &section);
    let fee = super::sessions::fee(reader, &section);
    let unit = unit?;
    let market = Market {
        asset: unit.id,
        close_window: close_window?,
        escrow: escrow?,
        jobs: jobs?,
        sessions: sessions?,
        fee: fee?,
    };
    Some((market, unit))
}

fn escrow<'a>(reader: &mut Reader<'a>, market: &Section<'a>) -> Option<Option<EscrowRules>> {
    let Some(section) = reader.optional_section(Some(market), "escrow")? else {
        return Some(None);
    };
    let default_max_units = reader.count(&section, "default_max_units");
    let expiry = reader.duration(&section, "expiry");
    Some(Some(EscrowRules { default_max_units: default_max_units?, expiry: expiry? }))
}

pub(super) fn claims(reader: &mut Reader<'_>) -> Option<Claims> {
    let section = reader.section(None, "claims")?;
    let mode = reader.choice(&section, "mode", MODES);
    let window_epochs = reader.epochs(&section, "window");
    let unclaimed = reader.choice(&section, "unclaimed", DESTINATIONS);
    let vesting_epochs = reader.epochs(&section, "vesting");
    let vesting_share = reader.ratio_or(&section, "vesting_share", Ratio::ONE);
    let spread = VestingRemainder::Spread;
    let vesting_remainder =
        reader.choice_or(&section, "vesting_remainder", VESTING_REMAINDERS, spread);
    Some(Claims {
        mode: mode?,
        window_epochs: window_epochs?,
        unclaimed: unclaimed?,
        vesting_epochs: vesting_epochs?,
        vesting_share: vesting_share?,
        vesting_remainder: vesting_remainder?,
    })
}

/// The keys of `[roles]`.
pub(crate) const ROLES: [(&str, Role); 5] = [
    ("reporters", Role::Reporter),
    ("judges", Role::Judge),
    ("governors", Role::Governor),
    ("verifiers", Role::Verifier),
    ("attestors", Role::Attestor),
];

/// Holders of roles in the file's order.
type Roles = Vec<(Role, Owner)>;

pub(crate) fn roles(reader: &mut Reader<'_>) -> Option<Roles> {
    let section = reader.section(None, "roles")?;
    let mut all = Some(Vec::new());
    for (key, role) in ROLES {
        // Only networks with contributions have verifiers, only those with tiers attestors.
        if matches!(role, Role::Verifier | Role::Attestor) && section.optional(key).is_none() {
            continue;
        }
        let field = reader.field(&section, key);
        let holders = field.and_then(|field| reader.elements(&field, values::OWNER));
        for field in holders.iter().flatten() {
            let owner = match reader.owner(field) {
                Some(Owner::Treasury) => {
                    reader.wrong(field, "the treasury holds no role", "an address or a name");
                    None
                }
                owner => owner,
            };
            all = all.zip(owner).map(|(mut all, owner)| {
                all.push((role, owner));
                all
            });
        }
        all = all.filter(|_| holders.is_some());
    }
    all
}
