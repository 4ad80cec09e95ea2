//! The web server, the worker and the command line of Weir.
