//! Which server is meant, and whose word counts for it.

use scanner_core::scanner::{Scanner, Server};
use scanner_core::sync::http::{self, Http};
use scanner_core::sync::trust::Trust;

use crate::args::TrustArgs;
use crate::failure::Failure;
use crate::now;

/// The server at `address`.
pub fn named(address: &str, trust: Trust) -> Result<Server, Failure> {
    let server = Server::parse(address)
        .ok_or_else(|| Failure::Usage(format!("{address:?} is no address of a server")))?;
    server.trusting(trust).ok_or_else(|| {
        Failure::Usage("a server at http:// has no certificate to be believed for".into())
    })
}

/// What the command line says about trust, if anything.
pub fn trust(args: &TrustArgs) -> Result<Option<Trust>, Failure> {
    if let Some(path) = &args.ca {
        let name = path.display();
        let pem = std::fs::read(path)
            .map_err(|error| Failure::File(format!("cannot read {name}"), error))?;
        let trust = Trust::authorities(&pem)
            .ok_or_else(|| Failure::Usage(format!("there is no certificate in {name}")))?;
        return Ok(Some(trust));
    }
    let Some(certificate) = &args.certificate else {
        return Ok(None);
    };
    let digits: String = certificate.chars().filter(|sign| *sign != ':').collect();
    let fingerprint = digits
        .parse()
        .map_err(|_| Failure::Usage("a fingerprint has 64 hexadecimal digits".into()))?;
    Ok(Some(Trust::Certificate(fingerprint)))
}

/// Notes a new address or another trust, where the command line names one and this device's server
/// has answered there: one that never did would cut the door off.
pub async fn change(
    scanner: &Scanner,
    address: Option<&str>,
    args: &TrustArgs,
) -> Result<(), Failure> {
    let account = scanner.store().read(|tx| tx.account())?;
    let trust = trust(args)?;
    if address.is_none() && trust.is_none() {
        return Ok(());
    }
    let server = named(
        address.unwrap_or(&account.server),
        trust.unwrap_or(account.trust),
    )?;
    let http = Http::new(server.clone())?;
    http.learn_duties(scanner, &mut now::rng()).await?;
    scanner
        .store()
        .write(|tx| tx.mark_server(server.address(), server.trust()))?;
    Ok(())
}

/// The way to the server of this device.
pub fn of(scanner: &Scanner) -> Result<Http, Failure> {
    let account = scanner.store().read(|tx| tx.account())?;
    let server = Server::of(&account).ok_or(http::Error::NoServer(account.server))?;
    Ok(Http::new(server)?)
}
