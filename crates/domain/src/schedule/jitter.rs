//! By how much a run is put off: the same for the same job and occurrence whenever it is asked for.

use crate::id::JobId;
use crate::time::Timestamp;

/// 0 to `at_most`.
pub(super) fn seconds(job: JobId, occurrence: Timestamp, at_most: u32) -> i64 {
    let (high, low) = job.0.as_u64_pair();
    let mixed = mix(mix(mix(high) ^ low) ^ occurrence.0.cast_unsigned());
    let seconds = mixed % (u64::from(at_most) + 1);
    i64::try_from(seconds).unwrap_or_default()
}

/// The finalizer of `SplitMix64` (Steele, Lea and Flood 2014): every bit of the input reaches every bit of the output.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn jitter_is_spread_and_always_the_same() {
        let occurrence = Timestamp(1_793_500_200_000);
        let mut hits = [0; 11];
        for number in 0..1100 {
            let job = JobId(Uuid::from_u128(number));
            let found = seconds(job, occurrence, 10);
            assert_eq!(found, seconds(job, occurrence, 10));
            hits[usize::try_from(found).unwrap()] += 1;
        }
        assert!(hits.iter().all(|hits| (50..200).contains(hits)), "{hits:?}");
        assert_eq!(seconds(JobId(Uuid::from_u128(1)), occurrence, 0), 0);
    }
}
