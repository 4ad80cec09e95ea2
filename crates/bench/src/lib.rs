//! Programs that measure Weir beside other tools. Each is a binary of its own under `src/bin/`.
