//! Answers that were given: kept beside the facts, and found when a wish comes again.

use rand::Rng as _;
use shared_model::entry::Request;
use shared_model::fact::{Fact, Outcome, Subject, commit};
use shared_model::ids::{ActorId, EventId, Hash, RequestId};
use shared_model::log::fold::FactKey;
use shared_model::ticket::TicketRef;
use shared_model::time::Timestamp;
use shared_model::verdict::{Admission, Explanation, Reason, Refusal, Verdict};

use super::redeem::Done;
use super::{Error, manifest};
use crate::app::App;
use crate::db::{self, Conn, Tx};
use crate::sql;

/// What the wish was answered before.
pub(super) async fn find(
    conn: &mut Conn,
    event: EventId,
    request: RequestId,
) -> Result<Option<Done>, db::Error> {
    let found = conn
        .sql(sql!("SELECT actor, seq, record, answer FROM facts WHERE event_id = $1 AND request = $2 ORDER BY arrival LIMIT 1" => (ActorId, u64, Vec<u8>, Option<Vec<u8>>)))
        .bind(event)
        .bind(request)
        .optional()
        .await?;
    let Some((actor, seq, record, answer)) = found else {
        return Ok(None);
    };
    let told = answer.and_then(|bytes| postcard::from_bytes(&bytes).ok());
    let verdict = match told {
        Some(verdict) => Some(verdict),
        None => told_by(&record),
    };
    let ticket = match verdict.as_ref().and_then(Verdict::ticket) {
        Some(ticket) => manifest::find_ticket(conn, event, ticket.serial).await?,
        None => None,
    };
    Ok(verdict.map(|verdict| Done {
        verdict: Some(verdict),
        ticket,
        fact: Some(FactKey { actor, seq }),
        repeated: true,
        at: Timestamp(0),
    }))
}

/// What a fact of another writer says was answered.
fn told_by(record: &[u8]) -> Option<Verdict> {
    let decoded = shared_model::fact::decode(record).ok()?;
    let Fact::Scan(scan) = decoded.known()? else {
        return None;
    };
    let ticket = match scan.subject {
        Subject::Ticket {
            serial,
            generation,
            kid,
        } => Some(TicketRef {
            serial,
            generation,
            kid,
            occurrence: scan.occurrence,
        }),
        Subject::Foreign(_) | Subject::Unreadable(_) => None,
    };
    Some(match scan.outcome {
        Outcome::Admitted => Verdict::Admit(Admission {
            ticket: ticket.unwrap_or_default(),
            people: scan.admitted,
            ..Admission::default()
        }),
        Outcome::Refused(number) => Verdict::Refuse(Refusal {
            reason: Reason::from_number(number).unwrap_or(Reason::Malformed),
            explanation: Explanation::new("answered-before"),
            step: 0,
            ticket,
        }),
    })
}

/// Stores what the guest answered beside the log; the commitment to it.
pub(super) async fn keep(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    request: &Request,
) -> Result<Option<Hash>, Error> {
    if request.answers.is_empty() {
        return Ok(None);
    }
    let mut salt = [0; 16];
    app.rng().fill_bytes(&mut salt);
    let text = serde_json::to_string(&request.answers).map_err(|_| Error::NotStored)?;
    tx.sql(sql!("INSERT INTO answers (event_id, request, salt, answers) VALUES ($1, $2, $3, $4) ON CONFLICT (event_id, request) DO NOTHING"))
        .bind(event)
        .bind(request.id)
        .bind(salt)
        .bind(text)
        .execute()
        .await?;
    Ok(Some(commit(&salt, &request.answers)))
}
