//! Entry points of the WebAssembly module.
