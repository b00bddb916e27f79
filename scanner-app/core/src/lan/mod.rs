//! Exchange with other devices of the event, with no server in reach.
//!
//! TLS 1.3 with the devices' raw public keys (RFC 7250): a peer is accepted only if
//! the roster of an event names its transport key and has not revoked it, and is
//! then told about that event alone. Messages are those of the server exchange, each
//! after its length (u32, big-endian). No session is resumed.
//!
//! Whoever listens is a hub for all who connect; there is no leader. Devices find each
//! other by mDNS ([`Neighbours`]), or are told an address.

mod discovery;
mod neighbours;
mod tls;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rand::CryptoRng;
use rand::rngs::StdRng;
use rustls::pki_types::ServerName;
use shared_model::ids::{EventNo, PublicKey};
use shared_model::sync::session::Mode;
use shared_model::sync::{Role, Session, codec};
use shared_model::time::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::{TlsAcceptor, TlsConnector};

pub use self::neighbours::{Neighbour, Neighbours};
use crate::scanner::{self, Scanner};
use crate::sync::{DeviceReplica, Exchange, MAX_REQUESTS, TurnError, Wall, opening, turn};

/// Why an exchange with another device failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody answers there.
    #[error("no device answers at {0}")]
    Unreachable(String, #[source] std::io::Error),
    /// One of the two is not in the other's roster.
    #[error(
        "the devices do not accept each other: one of them is not enrolled for this event, was revoked, or has old event data"
    )]
    Refused(#[source] std::io::Error),
    /// The connection broke.
    #[error("the connection to the other device broke")]
    Broken(#[source] std::io::Error),
    /// Somebody listens there already, or nobody may.
    #[error("this device cannot listen on {0}")]
    NoListener(SocketAddr, #[source] std::io::Error),
    /// This device's key cannot be used for TLS.
    #[error("this device's key cannot be used for connections")]
    Key(#[source] rustls::Error),
    /// What came is no answer.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// The exchange did not come to an end.
    #[error("the exchange with the other device does not come to an end")]
    Endless,
}

impl From<scanner::Error> for Error {
    fn from(error: scanner::Error) -> Self {
        Self::Turn(error.into())
    }
}

const HANDSHAKE: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(30);
const CONNECTIONS: usize = 64;

/// This device on the local network.
#[derive(Clone)]
pub struct Lan {
    client: Arc<rustls::ClientConfig>,
    server: Arc<rustls::ServerConfig>,
}

impl Lan {
    /// Takes this device's transport key; peers are looked up in `scanner`'s rosters as they come.
    ///
    /// # Errors
    /// The key cannot be used.
    pub fn new(scanner: &Arc<Scanner>) -> Result<Self, Error> {
        Ok(Self {
            client: Arc::new(tls::client(scanner).map_err(Error::Key)?),
            server: Arc::new(tls::server(scanner).map_err(Error::Key)?),
        })
    }

    /// Exchanges everything about `event` with the device at `address` (`host:port`).
    ///
    /// # Errors
    /// Nobody is there, one refuses the other, or the connection broke; what came before that stays.
    pub async fn sync<R: CryptoRng>(
        &self,
        scanner: &Scanner,
        address: &str,
        event: EventNo,
        wall: Wall<'_>,
        rng: R,
    ) -> Result<Exchange, Error> {
        let met = self.meet(scanner, address, event, wall, rng).await?;
        Ok(met.1)
    }

    /// The same, and the transport key that the other device proved to hold.
    async fn meet<R: CryptoRng>(
        &self,
        scanner: &Scanner,
        address: &str,
        event: EventNo,
        wall: Wall<'_>,
        rng: R,
    ) -> Result<(PublicKey, Exchange), Error> {
        let unreachable = |error| Error::Unreachable(address.to_owned(), error);
        let stream = within(HANDSHAKE, TcpStream::connect(address))
            .await
            .map_err(unreachable)?;
        // The key is what is verified; there is no name to be.
        let name = ServerName::try_from("device").expect("a name of plain letters is a DNS name");
        let connector = TlsConnector::from(Arc::clone(&self.client));
        let mut stream = within(HANDSHAKE, connector.connect(name, stream))
            .await
            .map_err(Error::Refused)?;

        let peer = tls::peer_key(stream.get_ref().1.peer_certificates())
            .ok_or_else(|| Error::Refused(std::io::ErrorKind::PermissionDenied.into()))?;

        let mut replica = DeviceReplica::new(scanner, event, Role::Peer, wall, rng);
        let mut session = Session::new(event, Role::Peer, Mode::Turns);
        let mut exchange = Exchange::default();
        let mut next = opening(&mut session, &mut replica)?;
        while let Some(message) = next {
            if exchange.requests == MAX_REQUESTS {
                return Err(Error::Endless);
            }
            let first = exchange.requests == 0;
            exchange.requests += 1;
            exchange.bytes_up += message.len() as u64;
            let broken = |error| {
                if first {
                    Error::Refused(error)
                } else {
                    Error::Broken(error)
                }
            };
            within(IDLE, wire::write(&mut stream, &message))
                .await
                .map_err(broken)?;
            let answer = within(IDLE, wire::read(&mut stream))
                .await
                .map_err(broken)?;
            let answer = answer.ok_or_else(|| broken(std::io::ErrorKind::UnexpectedEof.into()))?;
            exchange.bytes_down += answer.len() as u64;
            next = turn(&mut session, &mut replica, &answer)?;
        }
        exchange.delivered = session.is_delivered();
        Ok((peer, exchange))
    }

    /// Answers the devices that connect to `listener`, until the future is dropped.
    ///
    /// `wall` is the device's clock.
    pub async fn serve(
        &self,
        scanner: Arc<Scanner>,
        listener: TcpListener,
        wall: fn() -> Timestamp,
    ) {
        let acceptor = TlsAcceptor::from(Arc::clone(&self.server));
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else {
                return;
            };
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file handles, say: others may free some.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let (acceptor, scanner) = (acceptor.clone(), Arc::clone(&scanner));
            tokio::spawn(async move {
                if let Err(error) = answer_peer(&acceptor, &scanner, stream, wall).await {
                    tracing::info!(%error, "an exchange with a peer ended");
                }
                drop(place);
            });
        }
    }
}

async fn answer_peer(
    acceptor: &TlsAcceptor,
    scanner: &Arc<Scanner>,
    stream: TcpStream,
    wall: fn() -> Timestamp,
) -> Result<(), Error> {
    let mut stream = within(HANDSHAKE, acceptor.accept(stream))
        .await
        .map_err(Error::Refused)?;
    let peer = tls::peer_key(stream.get_ref().1.peer_certificates())
        .ok_or_else(|| Error::Refused(std::io::ErrorKind::PermissionDenied.into()))?;
    while let Some(message) = within(IDLE, wire::read(&mut stream))
        .await
        .map_err(Error::Broken)?
    {
        let scanner = Arc::clone(scanner);
        let answer =
            tokio::task::spawn_blocking(move || answer(&scanner, &peer, &message, wall)).await;
        let answer = answer.map_err(|error| Error::Broken(std::io::Error::other(error)))??;
        within(IDLE, wire::write(&mut stream, &answer))
            .await
            .map_err(Error::Broken)?;
    }
    Ok(())
}

/// The answer to one message of the device with transport key `peer`.
fn answer(
    scanner: &Scanner,
    peer: &PublicKey,
    message: &[u8],
    wall: fn() -> Timestamp,
) -> Result<Vec<u8>, Error> {
    let frames = codec::decode_all(message).map_err(TurnError::from)?;
    let event = frames.iter().find_map(|frame| frame.event());
    let event = event.filter(|event| tls::is_welcome(scanner, Some(*event), peer, wall()));
    let Some(event) = event else {
        return Err(Error::Refused(std::io::ErrorKind::PermissionDenied.into()));
    };
    let rng: StdRng = rand::make_rng();
    let mut replica = DeviceReplica::new(scanner, event, Role::Peer, &wall, rng);
    let mut session = Session::new(event, Role::Peer, Mode::Turns);
    Ok(turn(&mut session, &mut replica, message)?.unwrap_or_default())
}

async fn within<T>(
    patience: Duration,
    work: impl Future<Output = std::io::Result<T>>,
) -> std::io::Result<T> {
    tokio::time::timeout(patience, work)
        .await
        .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
}
