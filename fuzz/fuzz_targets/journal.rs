//! Calls `workmint_fuzzing::journal`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| workmint_fuzzing::journal(data));
