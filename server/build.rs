//! Makes `target/site` where it is missing, so that the binary can be built before the browser's part is.

use std::path::Path;

fn main() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    std::fs::create_dir_all(&site).expect("the target folder can be written");
    println!("cargo:rerun-if-changed=build.rs");
    // A release embeds the files; a debug build reads them when they are asked for.
    if std::env::var_os("PROFILE").is_some_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed={}", site.display());
    }
}
