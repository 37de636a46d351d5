//! TLS by rustls: with the certificates that the system trusts, or those of a file.

use std::{fmt, io, sync::Arc};

use rustls_native_certs::load_native_certs;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    },
};

#[cfg(any(feature = "otlp", feature = "trace"))]
use super::signal::{Signal, Variable};
use crate::error::Error;

/// How a server proves who it is, and how this process does if it is asked. Equal if it is read from the same files.
#[derive(Clone)]
pub(crate) struct Tls {
    files: Files,
    connector: TlsConnector,
}

/// Files in the format PEM, with the variables that name them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Files {
    /// The certificates that are trusted, instead of the system's.
    trusted: Option<Named>,
    /// The certificate of this process, with those that prove it, and its key.
    own: Option<(Named, Named)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    variable: &'static str,
    path: String,
}

impl Tls {
    /// Trusts what the system trusts.
    #[cfg(any(feature = "otlp", feature = "push"))]
    pub(crate) fn of_system(_: &'static str, _: &str) -> Result<Self, Error> {
        Self::new(Files::default())
    }

    /// For a collector of OpenTelemetry, as its variables say.
    #[cfg(any(feature = "otlp", feature = "trace"))]
    pub(crate) fn of_collector(
        _: &'static str,
        _: &str,
        signal: Signal,
        variable: Variable<'_>,
    ) -> Result<Self, Error> {
        Self::new(Files::of(signal, variable)?)
    }

    fn new(files: Files) -> Result<Self, Error> {
        let roots = roots(files.trusted.as_ref())?;
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Tls(error.to_string()))?
            .with_root_certificates(roots);
        let mut config = match &files.own {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let private = PrivateKeyDer::from_pem_file(&key.path).map_err(|error| key.error(&error))?;
                builder
                    .with_client_auth_cert(certificate.read()?, private)
                    .map_err(|error| certificate.error(&error))?
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls { files, connector: TlsConnector::from(Arc::new(config)) })
    }

    pub(super) async fn connect(&self, host: &str, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        self.connector.connect(name, stream).await
    }
}

/// The certificates that a server's must go back to.
fn roots(trusted: Option<&Named>) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    match trusted {
        Some(file) => {
            for certificate in file.read()? {
                roots.add(certificate).map_err(|error| file.error(&error))?;
            }
        }
        None => {
            roots.add_parsable_certificates(load_native_certs().certs);
            if roots.is_empty() {
                let text = "this system trusts no certificate; install some, or name a file with SSL_CERT_FILE";
                return Err(Error::Tls(text.to_owned()));
            }
        }
    }
    Ok(roots)
}

impl Files {
    #[cfg(any(feature = "otlp", feature = "trace"))]
    fn of(signal: Signal, variable: Variable<'_>) -> Result<Self, Error> {
        let first = |names: [&'static str; 2]| {
            names.into_iter().find_map(|name| Some(Named { variable: name, path: variable(name)? }))
        };
        let [trusted, certificate, key] = signal.files();
        let own = match (first(certificate), first(key)) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            (Some(one), None) => return Err(Error::Tls(format!("{} is set, and {} is not", one.variable, key[1]))),
            (None, Some(one)) => {
                return Err(Error::Tls(format!("{} is set, and {} is not", one.variable, certificate[1])));
            }
        };
        Ok(Files { trusted: first(trusted), own })
    }
}

impl Named {
    fn read(&self) -> Result<Vec<CertificateDer<'static>>, Error> {
        let read = CertificateDer::pem_file_iter(&self.path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let certificates = read.map_err(|error| self.error(&error))?;
        if certificates.is_empty() { Err(self.error(&"it has no certificate")) } else { Ok(certificates) }
    }

    fn error(&self, reason: &dyn fmt::Display) -> Error {
        Error::Tls(format!("{}, which {} names: {reason}", self.path, self.variable))
    }
}

impl PartialEq for Tls {
    fn eq(&self, other: &Self) -> bool {
        self.files == other.files
    }
}

impl Eq for Tls {}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}

#[cfg(all(test, any(feature = "otlp", feature = "trace")))]
mod tests {
    use super::*;

    fn wrong(pairs: &[(&str, &str)]) -> String {
        #[cfg(feature = "otlp")]
        let signal = Signal::Metrics;
        #[cfg(not(feature = "otlp"))]
        let signal = Signal::Traces;
        let variable =
            |name: &str| pairs.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        Tls::of_collector("URL", "https://a", signal, &variable).expect_err("files that cannot be meant").to_string()
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_with_its_variable() {
        let missing = wrong(&[("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/ca.pem")]);
        let expected = "cannot use TLS: /nowhere/ca.pem, which OTEL_EXPORTER_OTLP_CERTIFICATE names: ";
        assert!(missing.starts_with(expected), "{missing}");
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let empty = wrong(&[("OTEL_EXPORTER_OTLP_CERTIFICATE", manifest)]);
        assert!(
            empty.ends_with("/Cargo.toml, which OTEL_EXPORTER_OTLP_CERTIFICATE names: it has no certificate"),
            "{empty}"
        );
    }

    #[test]
    fn a_certificate_of_its_own_needs_its_key() {
        let expected =
            "cannot use TLS: OTEL_EXPORTER_OTLP_CLIENT_KEY is set, and OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is not";
        assert_eq!(wrong(&[("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/a")]), expected);
        let expected =
            "cannot use TLS: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is set, and OTEL_EXPORTER_OTLP_CLIENT_KEY is not";
        assert_eq!(wrong(&[("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/a")]), expected);
    }
}
