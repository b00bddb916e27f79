//! `serve-lan`: the base station that other devices exchange their logs with.

use std::sync::Arc;
use std::time::Duration;

use scanner_core::lan::Lan;
use scanner_core::scanner::Scanner;
use serde_json::json;
use shared_model::sync::Backoff;

use super::{exchange, runtime};
use crate::args::{Args, ServeLanArgs};
use crate::failure::Failure;
use crate::output::Output;
use crate::{home, now};

pub fn run(args: &Args, command: &ServeLanArgs, output: &Output) -> Result<u8, Failure> {
    let scanner = Arc::new(home::open(args)?);
    let lan = Lan::new(&scanner)?;
    runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(command.listen)
            .await
            .map_err(|error| {
                Failure::Usage(format!("cannot listen on {}: {error}", command.listen))
            })?;
        let address = listener.local_addr()?;
        output.say(
            &json!({ "listening": address }),
            &format!("other devices can sync with this one: bilten-scan sync --peer {address}"),
        )?;
        tokio::select! {
            () = lan.serve(Arc::clone(&scanner), listener, now::wall) => {}
            () = keep_in_touch(args, &scanner, command.sync_every, *output) => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        Ok::<_, Failure>(())
    })?;
    scanner.remember(&mut now::rng())?;
    Ok(0)
}

/// A device that writes nothing else shows a sign of life this often.
const LIFE_EVERY_MS: i64 = 5 * 60 * 1000;

/// Exchanges with the server every `every` seconds, less often while it cannot be reached.
pub async fn keep_in_touch(args: &Args, scanner: &Scanner, every: Option<u64>, output: Output) {
    let Some(every) = every else {
        return std::future::pending().await;
    };
    let mut backoff = Backoff::default();
    let mut told = false;
    loop {
        let exchanged = exchange_all(args, scanner).await;
        let wait = match exchanged {
            Ok(()) => {
                backoff.reset();
                told = false;
                Duration::from_secs(every.max(1))
            }
            Err(failure) => {
                if !told {
                    output.hint(&failure.to_string());
                    told = true;
                }
                backoff
                    .failed(&mut now::rng())
                    .max(Duration::from_secs(every.min(30)))
            }
        };
        tokio::time::sleep(wait).await;
    }
}

async fn exchange_all(args: &Args, scanner: &Scanner) -> Result<(), Failure> {
    for event in exchange::events(args, scanner)? {
        scanner.show_life(event, LIFE_EVERY_MS, now::wall())?;
        exchange::with_server(scanner, event).await?;
    }
    scanner.remember(&mut now::rng())?;
    Ok(())
}
