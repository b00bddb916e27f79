//! Who may call what: one line for every route.
//!
//! The OpenAPI document takes its security from this table, and tests compare
//! the table with the router and try each route without the credentials it names.

use utoipa::openapi::path::{HttpMethod, Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi, Ref, RefOr, ResponseBuilder};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Everybody.
    Anyone,
    /// A member of the organizer's team, by session token.
    Organizer,
    /// The buyer of an order, by the order's secret, or its organizer.
    Buyer,
    /// An enrolled device, by device token.
    Device,
}

use Caller::{Anyone, Buyer, Device, Organizer};

/// Every route: method, path, caller.
pub const TABLE: &[(&str, &str, Caller)] = &[
    ("GET", "/health/live", Anyone),
    ("GET", "/health/ready", Anyone),
    ("GET", "/metrics", Anyone),
    ("POST", "/api/v1/sessions", Anyone),
    ("DELETE", "/api/v1/sessions/current", Organizer),
    ("GET", "/api/v1/organizer", Organizer),
    ("POST", "/api/v1/events", Organizer),
    ("GET", "/api/v1/events", Organizer),
    ("GET", "/api/v1/events/{event}", Organizer),
    ("PATCH", "/api/v1/events/{event}", Organizer),
    ("DELETE", "/api/v1/events/{event}", Organizer),
    ("GET", "/api/v1/events/{event}/occurrences", Organizer),
    ("POST", "/api/v1/events/{event}/occurrences", Organizer),
    (
        "PATCH",
        "/api/v1/events/{event}/occurrences/{number}",
        Organizer,
    ),
    ("POST", "/api/v1/events/{event}/tiers", Organizer),
    ("GET", "/api/v1/events/{event}/tiers", Organizer),
    ("PATCH", "/api/v1/events/{event}/tiers/{tier}", Organizer),
    ("POST", "/api/v1/events/{event}/quotas", Organizer),
    ("GET", "/api/v1/events/{event}/quotas", Organizer),
    ("PATCH", "/api/v1/events/{event}/quotas/{quota}", Organizer),
    ("GET", "/api/v1/shop/{event}", Anyone),
    ("POST", "/api/v1/events/{event}/enrolment-codes", Organizer),
    ("GET", "/api/v1/events/{event}/devices", Organizer),
    ("PATCH", "/api/v1/devices/{device}", Organizer),
    ("POST", "/api/v1/devices/{device}/revoke", Organizer),
    ("GET", "/api/v1/events/{event}/lists", Organizer),
    ("POST", "/api/v1/events/{event}/lists", Organizer),
    ("PATCH", "/api/v1/events/{event}/lists/{number}", Organizer),
    ("DELETE", "/api/v1/events/{event}/lists/{number}", Organizer),
    (
        "POST",
        "/api/v1/events/{event}/lists/{number}/pretix-rule",
        Organizer,
    ),
    ("GET", "/api/v1/events/{event}/gates", Organizer),
    ("POST", "/api/v1/events/{event}/gates", Organizer),
    ("PATCH", "/api/v1/events/{event}/gates/{number}", Organizer),
    ("DELETE", "/api/v1/events/{event}/gates/{number}", Organizer),
    ("GET", "/api/v1/events/{event}/zones", Organizer),
    ("POST", "/api/v1/events/{event}/zones", Organizer),
    ("PATCH", "/api/v1/events/{event}/zones/{number}", Organizer),
    ("DELETE", "/api/v1/events/{event}/zones/{number}", Organizer),
    ("GET", "/api/v1/events/{event}/questions", Organizer),
    ("POST", "/api/v1/events/{event}/questions", Organizer),
    (
        "PATCH",
        "/api/v1/events/{event}/questions/{number}",
        Organizer,
    ),
    (
        "DELETE",
        "/api/v1/events/{event}/questions/{number}",
        Organizer,
    ),
    ("GET", "/api/v1/events/{event}/operators", Organizer),
    ("POST", "/api/v1/events/{event}/operators", Organizer),
    (
        "PATCH",
        "/api/v1/events/{event}/operators/{number}",
        Organizer,
    ),
    (
        "DELETE",
        "/api/v1/events/{event}/operators/{number}",
        Organizer,
    ),
    ("POST", "/api/v1/events/{event}/imports", Organizer),
    ("POST", "/api/v1/events/{event}/redeem", Organizer),
    ("POST", "/api/v1/events/{event}/simulate", Organizer),
    ("GET", "/api/v1/events/{event}/conflicts", Organizer),
    (
        "POST",
        "/api/v1/events/{event}/conflicts/{conflict}/resolve",
        Organizer,
    ),
    ("GET", "/api/v1/events/{event}/entries", Organizer),
    ("GET", "/api/v1/events/{event}/entries.csv", Organizer),
    ("GET", "/api/v1/events/{event}/occupancy", Organizer),
    (
        "PUT",
        "/api/v1/events/{event}/devices/{device}/gate",
        Organizer,
    ),
    ("GET", "/api/v1/events/{event}/notes", Organizer),
    ("POST", "/api/v1/events/{event}/notes", Organizer),
    ("DELETE", "/api/v1/events/{event}/notes/{entry}", Organizer),
    ("GET", "/api/v1/events/{event}/shifts", Organizer),
    ("POST", "/api/v1/events/{event}/shifts", Organizer),
    ("PATCH", "/api/v1/events/{event}/shifts/{entry}", Organizer),
    ("DELETE", "/api/v1/events/{event}/shifts/{entry}", Organizer),
    ("POST", "/api/v1/events/{event}/devices", Organizer),
    ("GET", "/device/v1/duties", Device),
    ("POST", "/device/v1/enrol", Anyone),
    (
        "POST",
        "/api/v1/events/{event}/devices/{device}/leases",
        Organizer,
    ),
    ("GET", "/api/v1/events/{event}/leases", Organizer),
    ("POST", "/api/v1/events/{event}/leases/{kid}/end", Organizer),
    ("POST", "/device/v1/leases", Device),
    ("POST", "/device/v1/shares", Device),
    ("POST", "/device/v1/frames", Device),
    ("GET", "/device/v1/socket", Device),
    ("POST", "/api/v1/events/{event}/carts", Anyone),
    ("POST", "/api/v1/events/{event}/orders", Anyone),
    ("GET", "/api/v1/events/{event}/orders", Organizer),
    ("GET", "/api/v1/orders/{order}", Buyer),
    ("POST", "/api/v1/orders/{order}/checkout", Buyer),
    ("POST", "/api/v1/orders/{order}/confirm-payment", Organizer),
    ("POST", "/api/v1/orders/{order}/cancel", Buyer),
    ("GET", "/api/v1/events/{event}/refunds", Organizer),
    ("GET", "/api/v1/refunds/{refund}", Buyer),
    ("POST", "/api/v1/refunds/{refund}/done", Organizer),
    ("POST", "/api/v1/positions/{position}/cancel", Organizer),
    ("POST", "/api/v1/positions/{position}/reissue", Organizer),
    ("GET", "/api/v1/positions/{position}/ticket", Buyer),
    ("GET", "/api/v1/positions/{position}/live-code", Buyer),
    ("GET", "/api/v1/positions/{position}/live-code.svg", Buyer),
    ("GET", "/api/v1/positions/{position}/ticket.png", Buyer),
    ("GET", "/api/v1/positions/{position}/ticket.svg", Buyer),
    ("GET", "/api/v1/positions/{position}/ticket.pdf", Buyer),
    ("GET", "/api/v1/orders/{order}/tickets.pdf", Buyer),
];

/// Every operation of a path with its method.
pub fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// Who may call the route, if the table has it.
#[must_use]
pub fn caller(method: &str, path: &str) -> Option<Caller> {
    TABLE
        .iter()
        .find(|(m, p, _)| *m == method && *p == path)
        .map(|(_, _, caller)| *caller)
}

/// Writes security and the problem response into the document.
pub(super) fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::new);
    for (name, words) in [
        ("session", "The token that `POST /api/v1/sessions` answers."),
        (
            "order_secret",
            "The `secret` of an order, answered when it was placed.",
        ),
        ("device_token", "The token that enrolment answers."),
    ] {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some(words.to_owned());
        components.add_security_scheme(name, SecurityScheme::Http(scheme));
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in [
            (HttpMethod::Get, &mut item.get),
            (HttpMethod::Put, &mut item.put),
            (HttpMethod::Post, &mut item.post),
            (HttpMethod::Patch, &mut item.patch),
            (HttpMethod::Delete, &mut item.delete),
        ] {
            if let Some(operation) = operation {
                let name = match method {
                    HttpMethod::Put => "PUT",
                    HttpMethod::Post => "POST",
                    HttpMethod::Patch => "PATCH",
                    HttpMethod::Delete => "DELETE",
                    _ => "GET",
                };
                describe_operation(operation, caller(name, path));
            }
        }
    }
}

fn describe_operation(operation: &mut Operation, caller: Option<Caller>) {
    let schemes: &[&str] = match caller {
        Some(Organizer) => &["session"],
        Some(Buyer) => &["order_secret", "session"],
        Some(Device) => &["device_token"],
        Some(Anyone) | None => &[],
    };
    if !schemes.is_empty() {
        operation.security = Some(
            schemes
                .iter()
                .map(|scheme| SecurityRequirement::new(*scheme, Vec::<String>::new()))
                .collect(),
        );
    }
    let problem = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
    let response = ResponseBuilder::new()
        .description("A problem: see `type`.")
        .content("application/problem+json", problem)
        .build();
    operation
        .responses
        .responses
        .insert("default".to_owned(), response.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_in_the_table_and_every_line_is_a_route() {
        let document = crate::gateway::document();
        let mut routes: Vec<_> = document
            .paths
            .paths
            .iter()
            .flat_map(|(path, item)| {
                operations(item).map(move |(method, _)| (method, path.as_str()))
            })
            .collect();
        let mut table: Vec<_> = TABLE
            .iter()
            .map(|(method, path, _)| (*method, *path))
            .collect();
        routes.sort_unstable();
        table.sort_unstable();
        assert_eq!(routes, table);
    }
}
