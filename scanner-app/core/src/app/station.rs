//! Where this device scans, and who stands there.

use std::sync::Arc;

use shared_model::book::{Book, Operator, Role};
use shared_model::entry::Request as Wish;
use shared_model::ids::{GateNo, OperatorNo, RequestId};
use shared_model::time::Timestamp;

use super::contract::{
    Choose, EndRehearsal, GateView, ListView, OperatorView, Overview, Places, Rehearse, SignIn,
    StationView, ZoneView,
};
use super::door::Door;
use super::{App, AppError, Changed, OfEvent, Result, hold};
use crate::controller::Controller;
use crate::scanner::{Scanner, sign_in, sign_in_supervisor};

impl App {
    pub(super) fn places(&self, it: OfEvent) -> Result<Places> {
        let scanner = self.scanner()?;
        let book = scanner.book(it.event)?;
        let now = self.corrected(&scanner)?;
        let lists = book.lists.iter().map(|list| ListView {
            list: list.list,
            name: list.name.clone(),
            open: list.active.is_none_or(|active| active.contains(now)),
        });
        let gates = book.gates.iter().map(|gate| GateView {
            gate: gate.gate,
            name: gate.name.clone(),
            lists: gate.lists.clone(),
        });
        let zones = book.zones.iter().map(|zone| ZoneView {
            zone: zone.zone,
            name: zone.name.clone(),
            capacity: zone.capacity,
        });
        Ok(Places {
            event: it.event,
            lists: lists.collect(),
            gates: gates.collect(),
            zones: zones.collect(),
        })
    }

    pub(super) fn choose(&self, it: Choose) -> Result<Overview> {
        let scanner = self.scanner()?;
        self.stand(&scanner, &it)?;
        let mut desk = self.desk();
        desk.kept.station = Some(it);
        let kept = desk.kept.clone();
        drop(desk);
        kept.save(self.home.folder())?;
        self.changed(Changed::Overview);
        self.overview()
    }

    /// Stands at a place from now on.
    fn stand(&self, scanner: &Arc<Scanner>, place: &Choose) -> Result<()> {
        let book = scanner.book(place.event)?;
        let list = book.list(place.list).ok_or(AppError::UnknownList)?;
        if place.gate != GateNo(0) {
            let gate = book.gate(place.gate).ok_or(AppError::UnknownGate)?;
            if !gate.lists.is_empty() && !gate.lists.contains(&list.list) {
                return Err(AppError::UnknownList);
            }
        }
        let mut controller =
            Controller::new(Arc::clone(scanner), place.event, self.station_of(place));
        let mut door = hold(&self.door);
        if let Some(door) = door.as_mut().filter(|door| door.controller.rehearses()) {
            if door.event != place.event {
                return Err(AppError::Rehearsing);
            }
            // A rehearsal goes on at another gate; only a supervisor ends it.
            controller.rehearse(door.controller.rehearse(None));
        }
        *door = Some(Door::new(controller, place.event, place.direction));
        drop(door);
        *hold(&self.tally) = Default::default();
        Ok(())
    }

    /// What would be written into the real log waits until a rehearsal has ended.
    pub(super) fn for_real(&self) -> Result<()> {
        match hold(&self.door).as_ref() {
            Some(door) if door.controller.rehearses() => Err(AppError::Rehearsing),
            _ => Ok(()),
        }
    }

    /// What every wish at a place has in common.
    pub(super) fn station_of(&self, place: &Choose) -> Wish {
        let desk = self.desk();
        Wish {
            id: RequestId([0; 16]),
            list: place.list,
            gate: place.gate,
            direction: place.direction,
            operator: desk.operator,
            answers: Vec::new(),
            confirmed: Vec::new(),
            override_: None,
            can_ask: !desk.kept.settings.unattended,
            rehearsal: false,
            now: Timestamp(0),
        }
    }

    /// Stands where the device stood before it was closed, where that still exists.
    pub(super) fn return_to_station(&self) {
        let station = self.desk().kept.station.clone();
        if let (Some(place), Ok(scanner)) = (station, self.scanner())
            && let Err(error) = self.stand(&scanner, &place)
        {
            tracing::info!(%error, "the station of the last run cannot be used");
        }
    }

    /// What is scanned from now on is scanned by who is signed in now, as settings are now.
    pub(super) fn stand_as_signed_in(&self) {
        let Some(place) = self.desk().kept.station.clone() else {
            return;
        };
        let station = self.station_of(&place);
        if let Some(door) = hold(&self.door).as_mut() {
            door.controller.move_to(station);
        }
    }

    pub(super) fn station(&self, scanner: &Scanner) -> Result<Option<StationView>> {
        let Some(place) = self.desk().kept.station.clone() else {
            return Ok(None);
        };
        let rehearsal = match hold(&self.door).as_ref() {
            Some(door) => door.controller.rehearses(),
            None => return Ok(None),
        };
        let book = scanner.book(place.event)?;
        let gate = book.gate(place.gate);
        Ok(Some(StationView {
            event: place.event,
            event_name: book.name.clone(),
            list: place.list,
            list_name: book
                .list(place.list)
                .map_or_else(String::new, |list| list.name.clone()),
            gate: place.gate,
            gate_name: gate.map_or_else(String::new, |gate| gate.name.clone()),
            direction: place.direction,
            rehearsal,
            utc_offset_secs: utc_offset_secs(&book, self.wall()),
        }))
    }

    pub(super) fn rehearse(&self, it: Rehearse) -> Result<Overview> {
        let scanner = self.scanner()?;
        let place = self.desk().kept.station.clone();
        let event = place.ok_or(AppError::NoStation)?.event;
        // The PIN is checked here for its tries; the rehearsal checks it for its own sake.
        self.check_pin(&scanner, it.supervisor, &it.pin, true)?;
        let by = (it.supervisor, Some(it.pin.as_str()));
        let rehearsal = scanner.rehearse(event, by, self.wall(), &mut self.rng())?;
        let mut door = hold(&self.door);
        let ended = door
            .as_mut()
            .ok_or(AppError::NoStation)?
            .controller
            .rehearse(Some(rehearsal));
        drop((door, ended));
        self.changed(Changed::Overview);
        self.overview()
    }

    pub(super) fn end_rehearsal(&self, it: EndRehearsal) -> Result<Overview> {
        let ended = hold(&self.door)
            .as_mut()
            .and_then(|door| door.controller.rehearse(None));
        match ended {
            Some(rehearsal) if it.wipe => rehearsal.wipe()?,
            Some(_) => {}
            None if it.wipe => self.scanner()?.wipe_rehearsal()?,
            None => {}
        }
        self.changed(Changed::Overview);
        self.overview()
    }

    /// People on duty now, at the event of the station or at the first that has a book.
    pub(super) fn on_duty(&self, scanner: &Scanner) -> Result<Vec<OperatorView>> {
        let Some(book) = self.duty_book(scanner)? else {
            return Ok(Vec::new());
        };
        let now = self.corrected(scanner)?;
        let people = book.roster.operators.iter().filter(|person| {
            person.active.is_empty() || person.active.iter().any(|duty| duty.contains(now))
        });
        Ok(people.map(operator_view).collect())
    }

    pub(super) fn duty_book(&self, scanner: &Scanner) -> Result<Option<Arc<Book>>> {
        let chosen = self.desk().kept.station.as_ref().map(|place| place.event);
        let events = scanner.store().read(|tx| tx.list_events())?;
        let known = events.iter().filter(|state| state.book_number > 0);
        let event = known
            .map(|state| state.event)
            .min_by_key(|event| (Some(*event) != chosen, *event));
        Ok(event.map(|event| scanner.book(event)).transpose()?)
    }

    pub(super) fn sign_in(&self, it: SignIn) -> Result<Overview> {
        let scanner = self.scanner()?;
        self.check_pin(&scanner, it.operator, &it.pin, false)?;
        self.desk().operator = it.operator;
        self.stand_as_signed_in();
        self.changed(Changed::Overview);
        self.overview()
    }

    pub(super) fn sign_out(&self) -> Result<Overview> {
        self.scanner()?;
        self.desk().operator = OperatorNo(0);
        self.stand_as_signed_in();
        self.changed(Changed::Overview);
        self.overview()
    }

    /// Checks the PIN of somebody on duty; guessing is slow.
    pub(super) fn check_pin(
        &self,
        scanner: &Scanner,
        operator: OperatorNo,
        pin: &str,
        supervisor: bool,
    ) -> Result<()> {
        let book = self
            .duty_book(scanner)?
            .ok_or(AppError::NotOnDuty { operator })?;
        let at = self.corrected(scanner)?;
        hold(&self.tries).may(operator, self.rising())?;
        let check = match supervisor {
            true => sign_in_supervisor,
            false => sign_in,
        };
        let checked = check(&book, operator, Some(pin), at).map(|_| ());
        if let Ok(()) | Err(crate::scanner::Error::WrongPin) = &checked {
            hold(&self.tries).tried(operator, checked.is_ok(), self.rising());
        }
        Ok(checked?)
    }

    /// Corrected time.
    pub(super) fn corrected(&self, scanner: &Scanner) -> Result<Timestamp> {
        let account = scanner.store().read(|tx| tx.account())?;
        let offset = account.offset_ms.unwrap_or_default();
        Ok(self.wall().plus_millis(offset))
    }

    /// Whoever is signed in is a supervisor; where an event has no people, everybody is.
    pub(super) fn supervisors_only(&self, book: &Book) -> Result<()> {
        let operator = self.desk().operator;
        match book.roster.operator(operator) {
            Some(person) if person.role == Role::Supervisor => Ok(()),
            None if book.roster.operators.is_empty() => Ok(()),
            _ => Err(AppError::SupervisorOnly),
        }
    }
}

fn operator_view(person: &Operator) -> OperatorView {
    OperatorView {
        operator: person.operator,
        name: person.name.clone(),
        role: person.role,
        has_pin: person.pin.is_some(),
    }
}

/// Seconds to add to an instant to show it by the event's clocks.
pub(super) fn utc_offset_secs(book: &Book, at: Timestamp) -> i32 {
    i32::try_from((book.local(at).0 - at.as_millis()) / 1000).unwrap_or_default()
}
