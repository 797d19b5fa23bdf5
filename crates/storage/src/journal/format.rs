//! The bytes of segment and frame headers (`docs/spec/storage.md` §1).

use crate::Hash;
use crate::bytes::Fields;
use crate::journal::Damage;

/// Format version written into every segment.
pub(crate) const VERSION: u32 = 1;
/// Length of a segment header.
pub(crate) const SEGMENT_HEADER_BYTES: usize = 120;
/// The same as a file offset.
pub(crate) const SEGMENT_HEADER_LENGTH: u64 = 120;
/// Length of a frame header.
pub(crate) const FRAME_HEADER_BYTES: usize = 96;

const SEGMENT_MARK: [u8; 8] = *b"WMJOURNL";
const FRAME_MARK: [u8; 4] = *b"WMFR";

/// What a segment says about itself.
pub(crate) struct SegmentHeader {
    pub(crate) genesis: Hash,
    pub(crate) first_height: u64,
    /// Chain hash of the frame before the first one; the genesis hash before height 1.
    pub(crate) previous: Hash,
}

impl SegmentHeader {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SEGMENT_HEADER_BYTES);
        bytes.extend_from_slice(&SEGMENT_MARK);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&self.genesis);
        bytes.extend_from_slice(&self.first_height.to_le_bytes());
        bytes.extend_from_slice(&self.previous);
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8; SEGMENT_HEADER_BYTES]) -> Result<Self, Damage> {
        let mut fields = Fields(bytes);
        if fields.array() != Some(SEGMENT_MARK) {
            return Err(Damage::SegmentMark);
        }
        let version = fields.u32().unwrap_or(0);
        if version != VERSION {
            return Err(Damage::SegmentVersion { found: version });
        }
        let (covered, checksum) = bytes.split_at(SEGMENT_HEADER_BYTES - 32);
        if blake3::hash(covered).as_bytes() != checksum {
            return Err(Damage::SegmentChecksum);
        }
        let parsed = fields.array::<4>().and_then(|_reserved| {
            Some(Self {
                genesis: fields.array()?,
                first_height: fields.u64()?,
                previous: fields.array()?,
            })
        });
        parsed.ok_or(Damage::SegmentChecksum)
    }
}

/// What a frame says about itself.
pub(crate) struct FrameHeader {
    pub(crate) body_bytes: u32,
    pub(crate) height: u64,
    pub(crate) previous: Hash,
    pub(crate) body_hash: Hash,
}

impl FrameHeader {
    /// Appends the header to `out` and returns the frame's chain hash.
    ///
    /// The chain hash covers every field, the body through its hash, and the whole past through
    /// `previous`; its first half is stored as the header's checksum.
    pub(crate) fn encode_into(&self, out: &mut Vec<u8>) -> Hash {
        let mut covered = Vec::with_capacity(FRAME_HEADER_BYTES);
        covered.extend_from_slice(&FRAME_MARK);
        covered.extend_from_slice(&self.body_bytes.to_le_bytes());
        covered.extend_from_slice(&self.height.to_le_bytes());
        covered.extend_from_slice(&self.previous);
        covered.extend_from_slice(&self.body_hash);
        let chain_hash: Hash = blake3::hash(&covered).into();
        let (checksum, _) = chain_hash.split_at(16);
        out.extend_from_slice(&covered);
        out.extend_from_slice(checksum);
        chain_hash
    }

    /// The header and the frame's chain hash.
    pub(crate) fn decode(bytes: &[u8; FRAME_HEADER_BYTES]) -> Result<(Self, Hash), Damage> {
        let mut fields = Fields(bytes);
        if fields.array() != Some(FRAME_MARK) {
            return Err(Damage::FrameMark);
        }
        let (covered, checksum) = bytes.split_at(FRAME_HEADER_BYTES - 16);
        let chain_hash: Hash = blake3::hash(covered).into();
        if !chain_hash.starts_with(checksum) {
            return Err(Damage::FrameChecksum);
        }
        let parsed = fields.u32().and_then(|body_bytes| {
            Some(Self {
                body_bytes,
                height: fields.u64()?,
                previous: fields.array()?,
                body_hash: fields.array()?,
            })
        });
        Ok((parsed.ok_or(Damage::FrameChecksum)?, chain_hash))
    }
}
