//! Numbers computed with Python's integers.
