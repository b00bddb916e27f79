//! What would be decided, without deciding: for ticket details and for supervisors.

use shared_model::entry::{self, LiveState, Override, Presented, Request, Simulation, TokenFacts};
use shared_model::ids::{EventNo, OperatorNo, RequestId, Serial};
use shared_model::ticket::TicketRecord;
use shared_model::time::Timestamp;
use shared_model::verdict::{Steps, Verdict};

use super::{Result, Scanner};

/// Refusals that one override may meet one after the other.
const MOST_STEPS: usize = 10;

impl Scanner {
    /// What the station of `request` would say to a genuine code of ticket `serial` now, step by
    /// step; none where the ticket is not known here. Nothing is recorded.
    ///
    /// # Errors
    /// The store failed, or nothing is known of the event.
    pub fn look(
        &self,
        event: EventNo,
        serial: Serial,
        request: &Request,
        wall: Timestamp,
    ) -> Result<Option<Simulation>> {
        self.store.read(|tx| {
            let Some(ticket) = tx.find_ticket(event, serial)? else {
                return Ok(None);
            };
            let presented = Presented::Token(genuine(event, &ticket));
            let book = self.book_in(tx, event)?;
            let decided = self.decide_in(tx, event, "", presented, request, wall)?;
            let (known, request) = decided.input();
            Ok(Some(entry::simulate(&book, known, request)))
        })
    }

    /// The steps that an override by `supervisor` has to pass over for the code `text`: those that
    /// refuse, one after the other, as the supervisor would hear them.
    ///
    /// # Errors
    /// The store failed, or nothing is known of the event.
    pub fn in_the_way(
        &self,
        event: EventNo,
        text: &str,
        request: &Request,
        supervisor: OperatorNo,
        wall: Timestamp,
    ) -> Result<Steps> {
        let mut steps = Steps::NONE;
        for _ in 0..MOST_STEPS {
            let tried = Request {
                // A wish that was answered would get the same answer again.
                id: RequestId([0; 16]),
                override_: Some(Override {
                    supervisor,
                    steps,
                    reason_code: 0,
                }),
                ..request.clone()
            };
            match self.simulate(event, text, &tried, wall)?.verdict {
                Verdict::Refuse(refusal) if refusal.step >= 2 && !steps.contains(refusal.step) => {
                    steps = steps.with(refusal.step);
                }
                _ => break,
            }
        }
        Ok(steps)
    }
}

/// What a genuine code of this ticket states.
fn genuine(event: EventNo, ticket: &TicketRecord) -> TokenFacts {
    TokenFacts {
        event,
        serial: ticket.serial,
        kid: ticket.kid,
        generation: ticket.min_generation,
        tier: ticket.tier,
        occurrence: ticket.occurrence,
        zones: ticket.zones,
        valid_from: ticket.valid_from.unwrap_or(Timestamp(i64::MIN)),
        valid_until: ticket.valid_until.unwrap_or(Timestamp(i64::MAX)),
        entries: ticket.entries,
        group: ticket.group,
        flags: ticket.flags,
        live: LiveState::Fresh,
    }
}
