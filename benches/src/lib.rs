//! Benchmarks of Workmint. Run them with `cargo bench -p workmint-benches`; the last figures, with
//! commit and kind of machine, stand in `docs/performance.md`.
