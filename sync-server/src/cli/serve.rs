//! `bilten serve` and `bilten migrate`.

use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;
use sync_server::app::{App, open_database};
use sync_server::clock::{Clock, Entropy};
use sync_server::config::Config;
use sync_server::{checkin, db, gateway, identity, orders, relay, serve as listen};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, say};

/// Runs the server until SIGTERM or SIGINT.
pub async fn serve(config: Config) -> Result<(), Failure> {
    log(&config)?;
    let metrics = PrometheusBuilder::new().install_recorder()?;
    let tls = match (&config.tls_certificate, &config.tls_key) {
        (Some(certificate), Some(key)) => Some(listen::tls(certificate, key)?),
        _ => None,
    };
    let mut app = App::start(config, Clock::System, Entropy::system()?).await?;
    app.metrics = Some(metrics);
    let app = Arc::new(app);
    let wanted = app.config.listen;
    let listener = TcpListener::bind(wanted).await;
    let listener = listener.map_err(|error| format!("cannot listen on {wanted}: {error}"))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let address = listener.local_addr()?;
    say(format_args!("listening on {scheme}://{address}"));
    tracing::info!(%address, database = app.db.kind(), "ready");
    let sweeper = tokio::spawn(orders::sweep(app.clone(), Duration::from_secs(5)));
    let forgetter = tokio::spawn(identity::sweep(app.clone(), Duration::from_secs(600)));
    let relay = tokio::spawn(relay::run(app.clone(), Duration::from_secs(1)));
    let life = tokio::spawn(checkin::keep_alive(app.clone()));
    let grace = Duration::from_secs(app.config.shutdown_secs);
    let stop = stopped()?;
    listen::serve(listener, tls, gateway::router(app.clone()), stop, grace).await;
    sweeper.abort();
    forgetter.abort();
    relay.abort();
    life.abort();
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Migrates the database and says what was done.
pub async fn migrate(config: Config) -> Result<(), Failure> {
    let db = open_database(&config).await?;
    let applied = db::migrate(&db, Clock::System.now()).await?;
    db.close().await;
    match applied.as_slice() {
        [] => say(format_args!("already at version {}", db::NEWEST)),
        versions => say(format_args!("applied {versions:?}")),
    }
    Ok(())
}

fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn log(config: &Config) -> Result<(), Failure> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_new(&config.log)?)
        .with_writer(std::io::stderr);
    if config.log_json {
        builder.json().try_init()
    } else {
        builder.try_init()
    }
}
