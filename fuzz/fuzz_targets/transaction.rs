//! Calls `workmint_fuzzing::transaction`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| workmint_fuzzing::transaction(data));
