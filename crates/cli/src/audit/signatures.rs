//! Signed transactions: what their bytes say must be what their writer said they say.

use workmint_core::transaction::{ETHEREUM_CODEC, LOCAL_CODEC};
use workmint_protocol::wire::{ChainSpec, verify};
use workmint_storage::store::StoredBlock;

/// Recovers every signature of a block and compares; the number of them. A difference names height
/// and position: replaying believes what the journal says was verified.
pub(crate) fn check(stored: &StoredBlock, chain: &ChainSpec) -> Result<u64, String> {
    let height = stored.block.height;
    let signed = stored.block.transactions.iter().enumerate();
    let signed = signed.filter(|(_, raw)| raw.codec != LOCAL_CODEC);
    let mut said = stored.verified.iter();
    let mut count = 0;
    for (position, raw) in signed {
        let at = |why: String| format!("block {height}, transaction {position}: {why}");
        let said = said.next().ok_or_else(|| at("nobody verified it".to_owned()))?;
        if raw.codec != ETHEREUM_CODEC {
            return Err(at(format!("codec {} is unknown", raw.codec)));
        }
        let verified = verify(&raw.bytes, chain)
            .map_err(|refusal| at(format!("its bytes do not verify: {refusal}")))?;
        if verified.decoded() != said {
            let (signed, said) = (verified.decoded(), said);
            return Err(at(format!(
                "its bytes say something else than the journal: signed by {} with nonce {}, the \
                 journal says {} with nonce {}",
                signed.sender, signed.nonce, said.sender, said.nonce
            )));
        }
        count += 1;
    }
    match said.next() {
        None => Ok(count),
        Some(_) => Err(format!("block {height}: more is verified than there are transactions")),
    }
}
