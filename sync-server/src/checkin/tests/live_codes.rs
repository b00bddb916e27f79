//! Live codes, from the buyer's page to the verdict.

use ticket_crypto::token::Token;

use super::*;

impl Place {
    /// Sells one ticket; the buyer's requests and the path of the position.
    async fn bought(&self) -> (crate::testing::Api, String) {
        let order = json!({"positions": [{"tier": 1, "quantity": 1}], "email": "mina@example.org", "name": "Mina"});
        let order = self.test.anyone().post(&self.path("orders"), order).await;
        let order = order.expect(201);
        let buyer = self.test.bearer(&crate::testing::text(&order["secret"]));
        let position = crate::testing::text(&order["positions"][0]["id"]);
        (buyer, format!("/api/v1/positions/{position}"))
    }

    async fn live_list(&self, setting: &str) {
        let list = json!({"live_code": setting});
        let list = self.organizer.patch(&self.path("lists/1"), list).await;
        list.expect(200);
    }
}

#[tokio::test]
async fn a_list_that_requires_live_codes_takes_no_others() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_places().await;
        let (buyer, position) = place.bought().await;
        place.live_list("require").await;
        let printed = buyer.get(&format!("{position}/ticket")).await.expect(200);
        let printed = crate::testing::text(&printed["code"]);
        assert_eq!(
            place.redeem(&printed, 1).await["reason"],
            "live_code_required"
        );

        let live = async || {
            buyer
                .get(&format!("{position}/live-code"))
                .await
                .expect(200)
        };
        let old = live().await;
        place.test.advance(5 * 60_000);
        let code = crate::testing::text(&old["code"]);
        assert_eq!(place.redeem(&code, 2).await["reason"], "live_code_stale");
        let bare = crate::testing::text(&old["token"]);
        assert_eq!(place.redeem(&bare, 3).await["reason"], "live_code_required");
        let now = live().await;
        assert_ne!(now["code"], old["code"]);
        let code = crate::testing::text(&now["code"]);
        assert_eq!(place.redeem(&code, 4).await["outcome"], "admit");
        assert_eq!(place.redeem(&code, 5).await["reason"], "already_used");
    })
    .await;
}

#[tokio::test]
async fn a_list_that_prefers_live_codes_has_others_confirmed() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_places().await;
        let (buyer, position) = place.bought().await;
        place.live_list("prefer").await;
        let printed = buyer.get(&format!("{position}/ticket")).await.expect(200);
        let mut wish =
            json!({"code": printed["code"], "request_id": format!("{:032x}", 1), "can_ask": true});
        let redeem = place.path("redeem");
        let asked = place
            .organizer
            .post(&redeem, wish.clone())
            .await
            .expect(200);
        assert_eq!(asked["outcome"], "confirm", "{asked}");
        wish["confirmed"] = json!([{"cause": "live_code_stale", "count": null}]);
        let admitted = place.organizer.post(&redeem, wish).await.expect(200);
        assert_eq!(admitted["outcome"], "admit", "{admitted}");
    })
    .await;
}

#[tokio::test]
async fn a_wallet_pass_and_a_phone_make_the_codes_by_themselves() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_places().await;
        let (buyer, position) = place.bought().await;
        place.live_list("require").await;
        let live = buyer
            .get(&format!("{position}/live-code"))
            .await
            .expect(200);
        let token = Token::parse(live["token"].as_str().expect("a text")).expect("a token");
        place.test.advance(10 * 60_000);
        let now = place.test.now().as_millis();

        let event = shared_model::ids::EventId(place.event.parse().expect("an id"));
        let secret = crate::keys::live_key(&place.test.app.master_key, event);
        let digits = secret.wallet_secret(token.body());
        assert_eq!(live["wallet_key"], hex::encode(*digits.to_bytes()));
        let part = ticket_crypto::live::LivePart::Digits(digits.digits_at(now).expect("in range"));
        let shown = token.clone().with_live(Some(part)).expect("it fits").text();
        let pattern = crate::testing::text(&live["wallet_pattern"]);
        let prefix = pattern.split('{').next().expect("a prefix");
        assert!(shown.starts_with(prefix), "{shown} {pattern}");
        assert_eq!(place.redeem(&shown, 1).await["outcome"], "admit");

        let key: [u8; 32] = hex::decode(live["key"].as_str().expect("a text"))
            .expect("hexadecimal")
            .try_into()
            .expect("32 bytes");
        let key = ticket_crypto::live::keyed::TicketLiveKey::from_bytes(&key);
        let part = key.part_at(&token, now);
        let shown = token.with_live(Some(part)).expect("it fits").text();
        assert_eq!(place.redeem(&shown, 2).await["reason"], "already_used");
    })
    .await;
}

#[tokio::test]
async fn the_secret_is_in_the_book_while_a_list_asks_and_codes_are_the_buyer_s_alone() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_places().await;
        let (buyer, position) = place.bought().await;
        let scanner = place.scanner("A").await;
        assert_eq!(scanner.book().await.live_key, None);
        place.live_list("prefer").await;
        let first = scanner.book().await.live_key;
        assert!(first.is_some());
        place.live_list("off").await;
        assert_eq!(scanner.book().await.live_key, None);
        place.live_list("require").await;
        assert_eq!(
            scanner.book().await.live_key,
            first,
            "phones keep their keys"
        );

        let svg = buyer.get(&format!("{position}/live-code.svg")).await;
        assert_eq!(svg.headers["cache-control"], "private, no-store");
        let nobody = place
            .test
            .anyone()
            .get(&format!("{position}/live-code"))
            .await;
        nobody.expect_problem(401, "unauthenticated");
        let (other, _) = place.bought().await;
        let other = other.get(&format!("{position}/live-code")).await;
        other.expect_problem(404, "not-found");
        let cancel = format!("{position}/cancel");
        place.organizer.post(&cancel, json!({})).await.expect(200);
        let dead = buyer.get(&format!("{position}/live-code")).await;
        dead.expect_problem(409, "conflict");
    })
    .await;
}
