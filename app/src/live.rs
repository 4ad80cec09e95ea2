//! Server-sent events become signals: one stream per tab for the namespace that it shows.
