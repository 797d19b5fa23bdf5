//! Where we differ from a peer on purpose. An adapter that says so checks the exact relation
//! between both values, whatever the input.

/// A decision, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Left for the remainder that upstream over-draws: ours is the budget less what is paid.
    ConservedRemainder,
    /// Without any weight there is no median: the price stays, the peer's becomes 0.
    PriceKeptWithoutWeights,
}

impl Decision {
    /// Where it was decided, and what it says.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::ConservedRemainder => {
                "DESIGN §1, promise 1: what governance receives is the budget less what was paid; \
                 the peer hands out more than it mints when the supply cap bites (issue 1522)"
            }
            Self::PriceKeptWithoutWeights => {
                "DESIGN §3, market and pricing: where nobody has a weight there is no median, and \
                 the price of compute stays what it was; the peer's falls to 0"
            }
        }
    }
}
