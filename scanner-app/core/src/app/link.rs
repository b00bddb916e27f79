//! What somebody brings to enrol: a code typed beside an address, or one text that holds both.

use shared_model::enrol::Invitation;

use super::contract::{LinkView, OpenLink};
use super::{App, AppError, Event, Result, Stage};
use crate::scanner::Server;
use crate::sync::trust::Trust;

/// How every text of ours begins that is opened or scanned.
const OURS: &str = "bilten:";
/// The longest code that is sent to a server.
const LONGEST: usize = 64;

/// Where to enrol, and with which code; `server` counts where `code` does not name one.
pub(super) fn told(server: &str, code: &str) -> Result<(Server, String)> {
    let code = code.trim();
    if code.starts_with(OURS) {
        let invited: Invitation = code.parse().map_err(|_| AppError::CodeMalformed)?;
        let server = Server::parse(&invited.server).ok_or(AppError::AddressMalformed)?;
        let server = match invited.certificate {
            Some(certificate) => server.trusting(Trust::Certificate(certificate)),
            None => Some(server),
        };
        return Ok((server.ok_or(AppError::AddressMalformed)?, invited.code));
    }
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if code.is_empty() || code.len() > LONGEST || !code.chars().all(plain) {
        return Err(AppError::CodeMalformed);
    }
    let server = Server::parse(server).ok_or(AppError::AddressMalformed)?;
    Ok((server, code.to_ascii_uppercase()))
}

impl App {
    /// Follows a link that the system opened the program with; screens hear what became of it.
    pub fn opened(&self, text: String) {
        if let Err(error) = self.open_link(OpenLink { text }) {
            self.shell.push(&Event::LinkRefused { error });
        }
    }

    pub(super) fn open_link(&self, it: OpenLink) -> Result<LinkView> {
        match &self.desk().stage {
            Stage::Fresh => {}
            Stage::Failed(error) => return Err(error.clone()),
            Stage::Sealed | Stage::Open(_) => return Err(AppError::AlreadyEnrolled),
        }
        let link = view(&it.text)?;
        self.offer(link.clone());
        Ok(link)
    }

    /// Offers the link that is held before a camera, once for as long as it is there.
    pub(super) fn look_for_link(&self, texts: &[&str]) {
        let link = texts.iter().find_map(|text| view(text).ok());
        let seen = {
            let mut desk = self.desk();
            let held = std::mem::replace(&mut desk.link_in_view, link.is_some());
            held && desk.link == link
        };
        if let Some(link) = link.filter(|_| !seen) {
            self.offer(link);
        }
    }

    fn offer(&self, link: LinkView) {
        self.desk().link = Some(link.clone());
        self.shell.push(&Event::Link(link));
    }
}

/// What `text` says, where it is an enrolment link.
fn view(text: &str) -> Result<LinkView> {
    let text = text.trim();
    if !text.starts_with(OURS) {
        return Err(AppError::CodeMalformed);
    }
    let (server, _) = told("", text)?;
    Ok(LinkView {
        text: text.to_owned(),
        server: server.address().to_owned(),
        pinned: *server.trust() != Trust::System,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(server: &str, code: &str) -> Result<(String, String)> {
        let (server, code) = told(server, code)?;
        Ok((server.address().to_owned(), code))
    }

    #[test]
    fn a_typed_code_needs_an_address() {
        let both = ("https://t.example".to_owned(), "7K3M-Q0ZT-94AB".to_owned());
        assert_eq!(address("https://t.example/", " 7k3m-q0zt-94ab "), Ok(both));
        assert_eq!(address("", "7K3M"), Err(AppError::AddressMalformed));
        let other = address("ftp://t.example", "7K3M");
        assert_eq!(other, Err(AppError::AddressMalformed));
    }

    #[test]
    fn an_invitation_holds_both() {
        let both = (
            "https://t.example:8443".to_owned(),
            "7K3M-Q0ZT-94AB".to_owned(),
        );
        let text = "bilten:enrol/7K3M-Q0ZT-94AB/https://t.example:8443";
        assert_eq!(address("", text), Ok(both));
        let pinned = format!("bilten:enrol/7K3M+{}/https://t.example", "07".repeat(32));
        let (server, _) = told("", &pinned).unwrap();
        assert_ne!(server.trust(), &Trust::System);
    }

    #[test]
    fn what_is_no_code_is_told_apart() {
        for code in [
            "",
            "TK1:ABC",
            "bilten:enrol/7K3M",
            "bilten:sell/1",
            &"A".repeat(65),
        ] {
            let told = address("https://t.example", code);
            assert_eq!(told, Err(AppError::CodeMalformed));
        }
    }
}
