//! What the set-up page and the Sampling step know about a sample; the same answer natively and in wasm.
