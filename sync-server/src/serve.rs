//! Listening: plain or TLS, with limits on slow clients and an orderly end.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};
use shared_model::ids::Hash;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// How long a client may take to send the head of a request, or to shake hands.
const SLOW: Duration = Duration::from_secs(10);

/// Why TLS cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as PEM.
    #[error("{path} cannot be read as PEM")]
    Pem {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    /// Certificate and key do not fit.
    #[error("certificate and key cannot be used")]
    Unusable(#[from] rustls::Error),
}

/// TLS 1.2 and 1.3 with the certificate chain and key of two PEM files.
///
/// # Errors
/// When the files cannot be read or do not fit each other.
pub fn tls(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let pem = |path: &Path| {
        let path = path.display().to_string();
        move |source| TlsError::Pem { path, source }
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(pem(certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(pem(key))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// SHA-256 of the certificate that clients are shown: the first of the chain in `certificate`.
///
/// # Errors
/// When the file cannot be read.
pub fn fingerprint(certificate: &Path) -> Result<Hash, TlsError> {
    let shown = CertificateDer::from_pem_file(certificate).map_err(|source| TlsError::Pem {
        path: certificate.display().to_string(),
        source,
    })?;
    Ok(Hash(Sha256::digest(shown).into()))
}

/// Serves `router` until `stop` ends, then lets open requests finish for `grace`.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: impl Future<Output = ()>,
    grace: Duration,
) {
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: let some be closed.
                tracing::warn!(%error, "cannot accept");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let _small_answers_go_at_once = stream.set_nodelay(true);
        let (router, watcher, tls) = (router.clone(), graceful.watcher(), tls.clone());
        tokio::spawn(async move {
            match tls {
                None => connection(stream, peer, router, watcher).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(SLOW, tls.accept(stream)).await {
                        connection(stream, peer, router, watcher).await;
                    }
                }
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(grace, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("open requests were cut off");
    }
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let service = router.map_request(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(SLOW)
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20));
    let connection = builder
        .serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service))
        .into_owned();
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "connection ended");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestApp, backends};
    use rustls::pki_types::ServerName;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/tls");

    struct Running {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        ended: tokio::task::JoinHandle<()>,
    }

    async fn run(tls: Option<TlsAcceptor>) -> Running {
        let backend = backends().await.remove(0);
        let test = TestApp::start(backend).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = tokio::spawn(async move {
            let stopped = async {
                let _either_way = stopped.await;
            };
            let router = crate::gateway::router(test.app.clone());
            serve(listener, tls, router, stopped, Duration::from_secs(5)).await;
        });
        Running {
            address,
            stop,
            ended,
        }
    }

    async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> String {
        let request = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        let _tls_may_end_without_a_word = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn tls_is_spoken_with_the_given_certificate_and_nothing_else() {
        let folder = Path::new(FOLDER);
        let certificate = folder.join("certificate.pem");
        let server = run(Some(tls(&certificate, &folder.join("key.pem")).unwrap())).await;

        let mut roots = rustls::RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(&certificate).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let client = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
        let stream = TcpStream::connect(server.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = connector.connect(name, stream).await.unwrap();
        assert!(ask(stream).await.starts_with("HTTP/1.1 200"));

        let plain = TcpStream::connect(server.address).await.unwrap();
        assert!(
            !ask(plain).await.starts_with("HTTP/"),
            "no answer in the clear"
        );
    }

    #[test]
    fn a_fingerprint_is_that_of_the_whole_certificate() {
        let certificate = Path::new(FOLDER).join("certificate.pem");
        let der = CertificateDer::from_pem_file(&certificate).unwrap();
        let expected = <[u8; 32]>::from(Sha256::digest(&der));
        assert_eq!(fingerprint(&certificate).unwrap(), Hash(expected));
        assert!(fingerprint(Path::new("missing.pem")).is_err());
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        let folder = Path::new(FOLDER);
        let certificate = folder.join("certificate.pem");
        assert!(tls(&certificate, &folder.join("missing.pem")).is_err());
        assert!(tls(&certificate, &certificate).is_err());
    }

    #[tokio::test]
    async fn a_stopped_server_finishes_what_it_began_and_takes_nothing_new() {
        let server = run(None).await;
        let mut open = TcpStream::connect(server.address).await.unwrap();
        open.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n")
            .await
            .unwrap();
        // The head of the request is on its way when the server is told to stop.
        tokio::time::sleep(Duration::from_millis(50)).await;
        server.stop.send(()).unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(TcpStream::connect(server.address).await.is_err());
        open.write_all(b"connection: close\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        open.read_to_end(&mut answer).await.unwrap();
        assert!(
            answer.starts_with(b"HTTP/1.1 200"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
        server.ended.await.unwrap();
    }
}
