//! Calls `workmint_fuzzing::request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| workmint_fuzzing::request(data));
