//! The rows of the table, and what fills them: many requests from some clients, each timed.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use journeys::{Outcome, failed};

/// What the disk takes in a second, measured first: each rate is told against it.
static RAW_COMMITS: OnceLock<f64> = OnceLock::new();

/// Sends `requests` requests from `clients` clients at once; each time and the whole time.
pub async fn many<F, R>(
    clients: usize,
    requests: usize,
    request: F,
) -> Outcome<(Vec<Duration>, Duration)>
where
    F: Fn(usize) -> R,
    R: Future<Output = Outcome<bool>> + Send + 'static,
{
    let mut work: Vec<Vec<R>> = (0..clients).map(|_| Vec::new()).collect();
    for at in 0..requests {
        if let Some(client) = work.get_mut(at % clients) {
            client.push(request(at));
        }
    }
    let begun = Instant::now();
    let tasks: Vec<_> = work
        .into_iter()
        .map(|requests| {
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(requests.len());
                for request in requests {
                    let begun = Instant::now();
                    if !request.await? {
                        return Err("a request was not answered as it should be".to_owned());
                    }
                    times.push(begun.elapsed());
                }
                Ok(times)
            })
        })
        .collect();
    let mut times = Vec::with_capacity(requests);
    for task in tasks {
        times.extend(task.await.map_err(failed("a client"))??);
    }
    Ok((times, begun.elapsed()))
}

pub fn row(what: &str, clients: usize, measured: Option<(Vec<Duration>, Duration)>, notes: &str) {
    let clients = if clients == 0 {
        String::new()
    } else {
        clients.to_string()
    };
    let Some((mut times, whole)) = measured else {
        println!("| {what} | {clients} | | | | | {notes} |");
        return;
    };
    times.sort_unstable();
    let at =
        |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
    let millis = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = times.len() as f64 / whole.as_secs_f64();
    let raw = RAW_COMMITS.get_or_init(|| rate);
    println!(
        "| {what} | {clients} | {rate:.0} | {:.2} | {:.2} | {:.2} | {notes} |",
        rate / raw,
        millis(at(50)),
        millis(at(99))
    );
}
