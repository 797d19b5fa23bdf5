//! Calls `workmint_fuzzing::network_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| workmint_fuzzing::network_file(data));
