//! The report at the end of the night: numbers for people, every scan as CSV.

use shared_model::book::Book;
use shared_model::csv;
use shared_model::fact::{Direction, Fact, Outcome, Scan, Subject};
use shared_model::ids::{ActorId, EventNo};
use shared_model::log::fold::FactKey;
use shared_model::verdict::Reason;

use super::contract::{Report, Saved};
use super::guests::Teller;
use super::{App, Result, unsent};
use crate::archive;
use crate::store::Read;

const BATCH: u32 = 1000;
const HEAD: &[&str] = &[
    "entry",
    "at",
    "device",
    "gate",
    "list",
    "operator",
    "direction",
    "serial",
    "outcome",
    "reason",
    "people",
    "counts",
    "supervisor",
    "delivered",
];

impl App {
    pub(super) fn report(&self) -> Result<Report> {
        let (scanner, event, book) = self.at_event()?;
        let stats = self.door_stats()?;
        let conflicts = scanner.conflicts(event)?;
        let open = conflicts
            .iter()
            .filter(|conflict| conflict.resolved.is_none());
        let (sold, csv) = scanner.store().read(|tx| {
            let teller = Teller::new(tx, &scanner, &book, event)?;
            scans(tx, &teller, &book, event)
        })?;
        let device = scanner.store().read(|tx| tx.account())?.name;
        Ok(Report {
            event_name: book.name.clone(),
            device,
            at: stats.at,
            stats,
            conflicts: count(conflicts.len()),
            open_conflicts: count(open.count()),
            unsent: unsent(&scanner, self.wall())?,
            sold,
            csv,
        })
    }

    pub(super) fn save_report(&self) -> Result<Saved> {
        let report = self.report()?;
        let name = format!("{} {}.csv", report.event_name, report.device);
        self.save(&name, report.csv.as_bytes())
    }

    pub(super) fn save_log(&self) -> Result<Saved> {
        let scanner = self.any_scanner()?;
        let event = match self.event(&scanner)? {
            Some(event) => event,
            None => return Err(super::AppError::NoStation),
        };
        let name = scanner.store().read(|tx| tx.account())?.name;
        let mut file = Vec::new();
        let wall = self.machine.wall;
        archive::export(&scanner, event, &wall, self.rng(), &mut file)?;
        self.save(&format!("{name}.bilten-log"), &file)
    }

    fn save(&self, name: &str, bytes: &[u8]) -> Result<Saved> {
        let path = self.shell.save(&file_name(name), bytes)?;
        Ok(Saved {
            path: path.display().to_string(),
        })
    }
}

/// A name that every file system takes.
fn file_name(name: &str) -> String {
    let plain = |letter: char| match letter {
        letter if letter.is_control() => '-',
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
        letter => letter,
    };
    let name: String = name.chars().map(plain).take(100).collect();
    name.trim_start_matches(['.', ' ']).to_owned()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How many tickets this device sold, and every scan known here as a line.
fn scans(
    tx: &Read<'_>,
    teller: &Teller<'_>,
    book: &Book,
    event: EventNo,
) -> Result<(Option<u32>, String)> {
    let acknowledged = tx.acknowledged(event)?;
    let folded = tx.fold_event(event, book)?;
    let mut sold = 0;
    let mut lines = Vec::new();
    for (actor, tip) in tx.list_tips(event)? {
        let delivered = acknowledged.get(&actor).copied().unwrap_or_default();
        let mut from = 1;
        while from <= tip.seq {
            let rows = tx.list_facts(event, actor, from, BATCH)?;
            let Some(last) = rows.last() else { break };
            from = last.seq + 1;
            for row in &rows {
                match &row.fact {
                    Some(Fact::Scan(scan)) => {
                        let key = FactKey {
                            actor,
                            seq: row.seq,
                        };
                        let counts = counts(&folded, scan, key);
                        let sent = row.seq <= delivered;
                        let line = line(teller, book, key, scan, counts, sent);
                        lines.push((scan.stamp.order(), actor, row.seq, line));
                    }
                    Some(Fact::Sale(_)) if teller.is_own(actor) => sold += 1,
                    _ => {}
                }
            }
        }
    }
    lines.sort_unstable_by_key(|line| (line.0, line.1, line.2));
    let head = csv::line(HEAD);
    let csv = lines.into_iter().fold(head, |text, line| text + &line.3);
    Ok(((sold > 0).then_some(sold), csv))
}

/// It let somebody pass and was not taken back.
fn counts(folded: &shared_model::log::fold::Event, scan: &Scan, key: FactKey) -> bool {
    let Subject::Ticket { serial, .. } = scan.subject else {
        return false;
    };
    let ticket = folded.ticket(serial);
    ticket.is_some_and(|ticket| {
        let mut scans = ticket.scans.iter();
        scans.any(|known| known.actor == key.actor && known.seq == key.seq && known.counts)
    })
}

fn line(
    teller: &Teller<'_>,
    book: &Book,
    FactKey { actor, seq }: FactKey,
    scan: &Scan,
    counts: bool,
    sent: bool,
) -> String {
    let (outcome, reason) = match scan.outcome {
        Outcome::Admitted => ("admitted", String::new()),
        Outcome::Refused(number) => match Reason::from_number(number) {
            Some(reason) => ("refused", reason.code().to_owned()),
            None => ("refused", number.to_string()),
        },
    };
    let serial = match scan.subject {
        Subject::Ticket { serial, .. } => serial.to_string(),
        Subject::Foreign(_) | Subject::Unreadable(_) => String::new(),
    };
    let supervisor = scan.override_.map(|by| teller.operator(by.supervisor));
    csv::line(&[
        &format!("{actor}-{seq}"),
        &book.local(scan.stamp.corrected()).to_string(),
        &device(teller, actor),
        &teller.gate(scan.gate),
        &teller.list(scan.list),
        &teller.operator(scan.operator),
        match scan.direction {
            Direction::Entry => "entry",
            Direction::Exit => "exit",
        },
        &serial,
        outcome,
        &reason,
        &scan.admitted.to_string(),
        &counts.to_string(),
        &supervisor.unwrap_or_default(),
        &sent.to_string(),
    ])
}

fn device(teller: &Teller<'_>, actor: ActorId) -> String {
    match teller.device(actor) {
        name if name.is_empty() => actor.to_string(),
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_name_leads_nowhere_else() {
        assert_eq!(file_name("../Night: 1/2.csv"), "-Night- 1-2.csv");
        assert_eq!(file_name("Zürich\n.csv"), "Zürich-.csv");
    }
}
