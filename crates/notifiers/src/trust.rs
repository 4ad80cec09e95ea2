//! Which certificates are trusted: those that the system trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others).

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

pub(crate) fn client_config() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    // What cannot be read is left out: an address that it would have vouched for is then refused.
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows the protocol versions that are compiled in")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
