//! The manifest: pages asked for by devices and given by the server.

use super::{Effect, Frame, PAGE_BUDGET, Role, Session, Signed};
use crate::ids::Serial;

impl Session {
    pub(super) fn ask_page(&mut self) -> Option<Effect> {
        let revision = self.theirs.as_ref()?.revision;
        let asked = (self.ours.manifest, revision);
        if !self.ours_lacks_pages() || self.asked_page == Some(asked) {
            return None;
        }
        self.asked_page = Some(asked);
        Some(Effect::Send(Frame::Manifest {
            event: self.event,
            since: self.ours.manifest.since,
            after_serial: self.ours.manifest.after,
        }))
    }

    pub(super) fn ours_lacks_pages(&self) -> bool {
        let theirs = self.theirs.as_ref();
        self.role == Role::Device
            && theirs.is_some_and(|theirs| self.ours.manifest.lacks(theirs.revision))
    }

    pub(super) fn load_page(&self, since: u64, after: Option<Serial>) -> Option<Effect> {
        let may = !self.is_revoked() && self.served.page_bytes < PAGE_BUDGET;
        may.then_some(Effect::LoadPage { since, after })
    }

    pub(super) fn send_page(
        &mut self,
        since: u64,
        page: Option<(Signed, Option<Serial>)>,
    ) -> Vec<Effect> {
        let Some((page, next)) = page else {
            return Vec::new();
        };
        self.served.page_bytes = self.served.page_bytes.saturating_add(page.bytes.len());
        let mut effects = vec![Effect::Send(Frame::Page(page))];
        if next.is_some() && self.served.page_bytes < PAGE_BUDGET {
            effects.push(Effect::LoadPage { since, after: next });
        }
        effects
    }
}
