//! The user interface, and the server functions as thin adapters.
