//! Organizers and buyers: events, orders, tickets, online redeems.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use journeys::Outcome;
use journeys::api::Api;
use serde_json::{Value, json};

use crate::table::{many, row};

/// An event on sale with one free tier of `places`.
pub async fn event(organizer: &Api, places: usize) -> Outcome<String> {
    let event = json!({ "name": "Load", "time_zone": "Europe/Belgrade", "currency": "EUR", "state": "on_sale" });
    let event = organizer.post("/api/v1/events", &event).await?;
    let event = event["id"].as_str().ok_or("no event id")?.to_owned();
    let path = format!("/api/v1/events/{event}");
    organizer
        .post(
            &format!("{path}/tiers"),
            &json!({ "name": "Standing", "price_minor": 0, "max_per_order": 100 }),
        )
        .await?;
    organizer
        .post(
            &format!("{path}/quotas"),
            &json!({ "name": "House", "size": places, "tiers": [1] }),
        )
        .await?;
    Ok(event)
}

pub fn order(quantity: usize) -> Value {
    json!({ "positions": [{ "tier": 1, "quantity": quantity }], "email": "guest@example.org", "name": "Guest" })
}

pub async fn orders(guest: &Api, event: &str, clients: usize, requests: usize) -> Outcome {
    let path = Arc::new(format!("/api/v1/events/{event}/orders"));
    let measured = many(clients, requests, |_| {
        let (guest, path) = (guest.clone(), path.clone());
        async move {
            guest
                .try_post(&path, &order(1))
                .await
                .map(|(status, _)| status == 201)
        }
    })
    .await?;
    row("orders from a limited quota", clients, Some(measured), "");
    Ok(())
}

/// 500 buyers at once for 100 places.
pub async fn rush(guest: &Api, organizer: &Api) -> Outcome {
    let event = event(organizer, 100).await?;
    let path = Arc::new(format!("/api/v1/events/{event}/orders"));
    let sold = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let (times, whole) = many(500, 500, |_| {
        let (guest, path, sold) = (guest.clone(), path.clone(), sold.clone());
        async move {
            let (status, _) = guest.try_post(&path, &order(1)).await?;
            sold.fetch_add(usize::from(status == 201), Ordering::Relaxed);
            Ok(status == 201 || status == 409)
        }
    })
    .await?;
    let all = begun.elapsed();
    let sold = sold.load(Ordering::Relaxed);
    if sold != 100 {
        return Err(format!("100 places, {sold} sold"));
    }
    row(
        "500 buyers at once for 100 places",
        500,
        Some((times, whole)),
        &format!("all answered after {} ms, 100 sold", all.as_millis()),
    );
    Ok(())
}

/// Sells `wanted` tickets; their codes.
pub async fn fill(guest: &Api, event: &str, wanted: usize) -> Outcome<Vec<String>> {
    let path = format!("/api/v1/events/{event}/orders");
    let mut codes = Vec::new();
    for begun in (0..wanted).step_by(100) {
        let (status, placed) = guest
            .try_post(&path, &order(100.min(wanted - begun)))
            .await?;
        if status != 201 {
            return Err(format!("filling the event: {status} {placed}"));
        }
        let buyer = guest.with_token(placed["secret"].as_str().ok_or("no secret")?);
        for position in placed["positions"].as_array().into_iter().flatten() {
            let id = position["id"].as_str().ok_or("no position id")?;
            let ticket = buyer.get(&format!("/api/v1/positions/{id}/ticket")).await?;
            codes.push(ticket["code"].as_str().ok_or("no code")?.to_owned());
        }
    }
    Ok(codes)
}

/// Fills the event with tickets of another system.
pub async fn import(organizer: &Api, event: &str, numbers: std::ops::Range<usize>) -> Outcome {
    let path = format!("/api/v1/events/{event}/imports");
    for first in numbers.clone().step_by(10_000) {
        let mut file = "code,tier,name,seat\n".to_owned();
        for number in first..numbers.end.min(first + 10_000) {
            let line = format!(
                "EX-{number:09},1,Guest {number},Row {} seat {}\n",
                number / 40,
                number % 40
            );
            file.push_str(&line);
        }
        organizer.post_file(&path, "text/csv", file).await?;
    }
    Ok(())
}

pub async fn redeems(organizer: &Api, event: &str, clients: usize, codes: &[String]) -> Outcome {
    let path = Arc::new(format!("/api/v1/events/{event}/redeem"));
    let codes: Arc<[String]> = codes.into();
    let measured = many(clients, codes.len(), |at| {
        let (organizer, path, codes) = (organizer.clone(), path.clone(), codes.clone());
        async move {
            let body = json!({ "code": codes.get(at), "list": 1, "gate": 1, "request_id": format!("{clients:016x}{at:016x}") });
            let (status, answer) = organizer.try_post(&path, &body).await?;
            Ok(status == 200 && answer.to_string().contains("admit"))
        }
    })
    .await?;
    row(
        "online redeems",
        clients,
        Some(measured),
        "each a fact, durable before its answer",
    );
    Ok(())
}
