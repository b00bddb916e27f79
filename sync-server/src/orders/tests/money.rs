//! Money balances, whatever buyers and organizers do.

use proptest::prelude::*;
use serde_json::{Value, json};
use shared_model::ids::OrderId;

use crate::orders::{self, State, Whole};
use crate::payments::{self, State as PaymentState};
use crate::testing::{TestApp, TestEvent, TestOrganizer, on_both, text};

async fn refunds(organizer: &TestOrganizer, event: &TestEvent, query: &str) -> Vec<Value> {
    let path = event.path(&format!("/refunds{query}"));
    let list = organizer.api.get(&path).await.expect(200);
    list.as_array().unwrap().clone()
}

async fn paid_order(
    test: &TestApp,
    organizer: &TestOrganizer,
    event: &TestEvent,
    units: u32,
) -> Value {
    let placed = test
        .anyone()
        .post(&event.path("/orders"), event.order(units))
        .await
        .expect(201);
    let confirm = format!("/api/v1/orders/{}/confirm-payment", text(&placed["id"]));
    organizer
        .api
        .post(&confirm, json!({"reference": "stmt 7"}))
        .await
        .expect(200);
    placed
}

#[tokio::test]
async fn a_cancelled_paid_order_owes_its_money_until_it_was_sent() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        let event = test.event(&organizer, 2500, 10).await;
        let placed = paid_order(&test, &organizer, &event, 3).await;
        let one = format!(
            "/api/v1/positions/{}/cancel",
            text(&placed["positions"][0]["id"])
        );
        let left = organizer.api.post(&one, json!({})).await.expect(200);
        assert_eq!(left["refunds"][0]["amount_minor"], 2500);
        test.advance(1); // Lists go by id, and ids by time.
        let cancel = format!("/api/v1/orders/{}/cancel", text(&placed["id"]));
        organizer.api.post(&cancel, json!({})).await.expect(200);
        let ended = organizer.api.post(&cancel, json!({})).await.expect(200);
        assert_eq!(
            ended["refunds"].as_array().unwrap().len(),
            2,
            "again changes nothing"
        );
        assert_eq!(ended["refunds"][1]["amount_minor"], 5000);
        assert_eq!(ended["refunds"][1]["state"], "due");
        assert_eq!(
            ended["payments"][0]["state"], "confirmed",
            "what was paid stays written"
        );

        let due = refunds(&organizer, &event, "?state=due").await;
        assert_eq!(due.len(), 2);
        let path = format!("/api/v1/refunds/{}", text(&due[1]["id"]));
        let buyer = test.bearer(&text(&placed["secret"]));
        let done = format!("{path}/done");
        buyer
            .post(&done, json!({}))
            .await
            .expect_problem(401, "unauthenticated");
        let long = json!({"reference": "x".repeat(201)});
        organizer
            .api
            .post(&done, long)
            .await
            .expect_problem(422, "invalid");
        let sent = organizer
            .api
            .post(&done, json!({"reference": "bank 9"}))
            .await
            .expect(200);
        assert_eq!(
            (&sent["state"], &sent["reference"]),
            (&json!("done"), &json!("bank 9"))
        );
        let again = organizer
            .api
            .post(&done, json!({"reference": "bank 10"}))
            .await
            .expect(200);
        assert_eq!(again, sent, "the first reference stays");
        assert_eq!(buyer.get(&path).await.expect(200), sent);
        assert_eq!(refunds(&organizer, &event, "?state=due").await.len(), 1);
        let page = format!("?limit=1&after={}", text(&due[0]["id"]));
        assert_eq!(refunds(&organizer, &event, &page).await, vec![sent]);
        let unknown = organizer.api.get(&event.path("/refunds?state=lost")).await;
        unknown.expect_problem(422, "invalid");
    })
    .await;
}

#[tokio::test]
async fn what_was_free_or_never_paid_owes_nothing() {
    on_both(async |test: TestApp| {
        let organizer = test.organizer("o@example.org").await;
        for price in [0, 2500] {
            let event = test.event(&organizer, price, 10).await;
            let placed = test
                .anyone()
                .post(&event.path("/orders"), event.order(2))
                .await
                .expect(201);
            let one = format!(
                "/api/v1/positions/{}/cancel",
                text(&placed["positions"][0]["id"])
            );
            let left = organizer.api.post(&one, json!({})).await.expect(200);
            assert_eq!(
                left["payments"][0]["amount_minor"], price,
                "one unit is left to pay"
            );
            let cancel = format!("/api/v1/orders/{}/cancel", text(&placed["id"]));
            let ended = organizer.api.post(&cancel, json!({})).await.expect(200);
            assert_eq!(ended["refunds"], json!([]));
            assert_eq!(refunds(&organizer, &event, "").await, Vec::<Value>::new());
        }
    })
    .await;
}

#[test]
fn no_statement_deletes_money() {
    let mut seen = 0;
    for statement in inventory::iter::<crate::db::Registered> {
        for table in ["payments", "refunds"] {
            seen += usize::from(statement.text.contains(&format!("INTO {table} ")));
            let deletes = statement.text.contains(&format!("DELETE FROM {table}"));
            assert!(!deletes, "{}", statement.place);
        }
    }
    assert!(seen >= 2, "statements register themselves");
}

/// Something that somebody does to one of the orders so far.
#[derive(Debug, Clone)]
enum Act {
    Order { dear: u32, free: u32 },
    Cart { dear: u32 },
    CheckOut(usize),
    Pay(usize),
    CancelPosition(usize, usize),
    Cancel(usize),
    Refunded(usize),
    Days(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..4_u32, 0..3_u32).prop_map(|(dear, free)| Act::Order { dear, free }),
        1 => (1..4_u32).prop_map(|dear| Act::Cart { dear }),
        1 => any::<usize>().prop_map(Act::CheckOut),
        4 => any::<usize>().prop_map(Act::Pay),
        4 => (any::<usize>(), any::<usize>()).prop_map(|(order, position)| Act::CancelPosition(order, position)),
        2 => any::<usize>().prop_map(Act::Cancel),
        1 => any::<usize>().prop_map(Act::Refunded),
        1 => (1..9_i64).prop_map(Act::Days),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn money_balances(acts in proptest::collection::vec(act(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(on_both(async |test: TestApp| play(&test, &acts).await));
    }
}

async fn play(test: &TestApp, acts: &[Act]) {
    let organizer = test.organizer("o@example.org").await;
    let event = test.event(&organizer, 700, 12).await;
    let free = json!({"name": "Companion", "price_minor": 0});
    let free = organizer
        .api
        .post(&event.path("/tiers"), free)
        .await
        .expect(201);
    let quota = json!({"name": "Companions", "tiers": [free["tier"]]});
    organizer
        .api
        .post(&event.path("/quotas"), quota)
        .await
        .expect(201);
    let mut orders = Vec::new();
    for act in acts {
        perform(test, &organizer, (&event, &free["tier"]), act, &mut orders).await;
        let mut open = 0;
        for order in &orders {
            let id = OrderId(text(&order["id"]).parse().unwrap());
            let whole = orders::whole(&mut test.app.db.read(), id).await.unwrap();
            balanced(test, &whole).await;
            let positions = whole.positions.iter();
            let places =
                positions.filter(|(position, _)| position.open && position.tier.0 == event.tier);
            open += places.count();
        }
        let id = event.id.parse().unwrap();
        let quotas = crate::tiers::list_quotas(&mut test.app.db.read(), id).await;
        let mut quotas = quotas.unwrap().into_iter();
        let own = quotas.find(|quota| quota.id.to_string() == event.quota);
        let used = own.unwrap().used;
        assert_eq!(used, u64::try_from(open).unwrap(), "after {act:?}");
    }
}

/// Does it as the organizer, who may do everything; the answer is whatever it is.
async fn perform(
    test: &TestApp,
    organizer: &TestOrganizer,
    (event, free_tier): (&TestEvent, &Value),
    act: &Act,
    orders: &mut Vec<Value>,
) {
    // Sessions end after hours; the clock here moves by days.
    let login = json!({"email": "o@example.org", "password": "correct horse"});
    let api = match organizer.api.get("/api/v1/organizer").await.status.as_u16() {
        200 => organizer.api.clone(),
        _ => test.bearer(&text(
            &test
                .anyone()
                .post("/api/v1/sessions", login)
                .await
                .expect(201)["token"],
        )),
    };
    let chosen = |at: usize| orders.get(at % orders.len().max(1));
    let order_path = |at: usize, verb: &str| {
        let order = chosen(at)?;
        Some(format!("/api/v1/orders/{}/{verb}", text(&order["id"])))
    };
    let (path, body) = match act {
        Act::Order { dear, free } => {
            let lines = [(json!(event.tier), dear), (free_tier.clone(), free)];
            let lines = lines.iter().filter(|(_, units)| **units > 0);
            let lines: Vec<_> = lines
                .map(|(tier, units)| json!({"tier": tier, "quantity": units}))
                .collect();
            let body = json!({"positions": lines, "email": "g@example.org", "name": "G"});
            (Some(event.path("/orders")), body)
        }
        Act::Cart { dear } => {
            let body = json!({"positions": [{"tier": event.tier, "quantity": dear}]});
            (Some(event.path("/carts")), body)
        }
        Act::CheckOut(at) => (
            order_path(*at, "checkout"),
            json!({"email": "c@example.org", "name": "C"}),
        ),
        Act::Pay(at) => (order_path(*at, "confirm-payment"), json!({})),
        Act::Cancel(at) => (order_path(*at, "cancel"), json!({})),
        Act::CancelPosition(at, which) => {
            let position = chosen(*at).and_then(|order| {
                let positions = order["positions"].as_array()?;
                Some(text(&positions[which % positions.len()]["id"]))
            });
            (
                position.map(|id| format!("/api/v1/positions/{id}/cancel")),
                json!({}),
            )
        }
        Act::Refunded(at) => {
            let due = api.get(&event.path("/refunds?state=due")).await.expect(200);
            let due = due.as_array().unwrap();
            let chosen = due.get(at % due.len().max(1));
            (
                chosen.map(|due| format!("/api/v1/refunds/{}/done", text(&due["id"]))),
                json!({}),
            )
        }
        Act::Days(days) => {
            test.advance(days * 24 * 60 * 60 * 1000);
            orders::expire_overdue(&test.app, None).await.unwrap();
            (None, json!({}))
        }
    };
    let Some(path) = path else { return };
    let answer = api.post(&path, body).await;
    let status = answer.status.as_u16();
    assert!(status < 500, "{act:?}: {status}");
    if status == 201 {
        orders.push(answer.expect(201));
    }
}

async fn balanced(test: &TestApp, whole: &Whole) {
    let order = &whole.order;
    let open = whole.positions.iter().filter(|(position, _)| position.open);
    let worth: i64 = open.map(|(position, _)| position.price_minor).sum();
    let in_state = |state| {
        let payments = whole
            .payments
            .iter()
            .filter(move |payment| payment.state == state);
        payments.map(|payment| payment.amount_minor).sum::<i64>()
    };
    for payment in &whole.payments {
        let refunds = whole
            .refunds
            .iter()
            .filter(|refund| refund.payment == payment.id);
        let given: i64 = refunds.map(|refund| refund.amount_minor).sum();
        assert!(given <= payment.amount_minor, "{whole:?}");
        assert!(
            given == 0 || payment.state == PaymentState::Confirmed,
            "{whole:?}"
        );
    }
    let kept = payments::kept(&mut test.app.db.read(), order.id)
        .await
        .unwrap();
    let (wanted_kept, wanted_pending) = match order.state {
        State::Paid => (worth, 0),
        State::Pending => (0, worth),
        State::Held | State::Cancelled | State::Expired => (0, 0),
    };
    assert_eq!(kept, wanted_kept, "{whole:?}");
    assert_eq!(in_state(PaymentState::Pending), wanted_pending, "{whole:?}");
    assert!(order.state.is_open() || worth == 0, "{whole:?}");
}
