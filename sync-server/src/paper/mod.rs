//! Tickets on paper: a tagged PDF with one page for each ticket.
//!
//! Owns the fonts and the layout. What it is given it prints, in any script its
//! fonts cover and in either direction; a character that none of them has becomes
//! a question mark, because an accessible PDF may not have a hole. It reads
//! no database and knows no prices.
//!
//! Source: docs/decisions/0005-paper-tickets.md

mod text;

use std::num::NonZeroU16;

use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{Metadata, TextDirection};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{ContentTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use ticket_crypto::qr::{Ecc, Symbol};

use text::Typesetter;

/// A5, in points.
const PAGE: (f32, f32) = (419.53, 595.28);
const MARGIN: f32 = 36.0;
/// 62 mm with its quiet zone: a version 6 symbol has modules of 1.2 mm.
const QR_SIDE: f32 = 176.0;
const QUIET_MODULES: f32 = 4.0;

/// What one page says.
#[derive(Debug, Clone, Copy)]
pub struct TicketPage<'a> {
    /// The event's name: the page's heading.
    pub event: &'a str,
    /// What is printed above the code, each a line or paragraph: place, date, tier, seat.
    pub above: &'a [String],
    /// The attendee's name; nothing when empty.
    pub attendee: &'a str,
    /// The ticket code, as it is encoded.
    pub code: &'a str,
    /// Small print under the code.
    pub below: &'a [String],
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The code does not fit into a symbol.
    #[error("the ticket code cannot be shown")]
    Code(#[from] ticket_crypto::qr::QrError),
    /// The document was refused by its own rules.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

/// Fonts, read once; costs some milliseconds to make and then serves any number of documents.
pub struct Press {
    typesetter: Typesetter,
}

impl std::fmt::Debug for Press {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Press").finish_non_exhaustive()
    }
}

impl Default for Press {
    fn default() -> Self {
        Self::new()
    }
}

impl Press {
    /// A press with the fonts of this program.
    #[must_use]
    pub fn new() -> Self {
        Self {
            typesetter: Typesetter::new(),
        }
    }

    /// A PDF/UA-1 document of all `pages` in `language` (BCP 47).
    ///
    /// # Errors
    /// A code that no QR symbol holds; a document that breaks its standard.
    pub fn tickets(&mut self, language: &str, pages: &[TicketPage<'_>]) -> Result<Vec<u8>, Error> {
        let configuration = ConfigurationBuilder::new()
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|why| Error::Pdf(format!("{why:?}")))?;
        let mut document = Document::new_with(SerializeSettings {
            configuration,
            ..Default::default()
        });
        let title = pages.first().map_or("", |page| page.event);
        document.set_metadata(
            Metadata::new()
                .title(title.to_owned())
                .language(language.to_owned())
                .text_direction(if self.typesetter.is_right_to_left(title) {
                    TextDirection::RightToLeft
                } else {
                    TextDirection::LeftToRight
                }),
        );
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        for (index, page) in pages.iter().enumerate() {
            tree.push(self.page(&mut document, index, page)?);
        }
        document.set_outline(outline(pages));
        document.set_tag_tree(tree);
        document
            .finish()
            .map_err(|why| Error::Pdf(format!("{why:?}")))
    }

    fn page(
        &mut self,
        document: &mut Document,
        index: usize,
        ticket: &TicketPage<'_>,
    ) -> Result<TagGroup, Error> {
        let symbol = Symbol::new(ticket.code, Ecc::M)?;
        let size =
            PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| Error::Pdf("page size".into()))?;
        let mut section = TagGroup::new(Tag::Section);
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        let mut y = MARGIN;

        let heading = TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(ticket.event.to_owned())));
        y = self.paragraph(
            &mut surface,
            &mut section,
            heading,
            ticket.event,
            24.0,
            true,
            y,
        ) + 6.0;
        for line in ticket.above {
            y = self.paragraph(
                &mut surface,
                &mut section,
                TagGroup::new(Tag::P),
                line,
                12.0,
                false,
                y,
            );
        }
        y += 6.0;
        y = self.paragraph(
            &mut surface,
            &mut section,
            TagGroup::new(Tag::P),
            ticket.attendee,
            16.0,
            true,
            y,
        );

        // The code keeps its place at the foot unless the text above needs it.
        let top = y.max(PAGE.1 - MARGIN - QR_SIDE - 90.0) + 6.0;
        let mut figure = TagGroup::new(
            Tag::Figure(Some("QR code of this ticket".to_owned())).with_bbox(
                Rect::from_xywh((PAGE.0 - QR_SIDE) / 2.0, top, QR_SIDE, QR_SIDE)
                    .map(|rect| krilla::tagging::BBox::new(index, rect)),
            ),
        );
        figure.push(surface.start_tagged(ContentTag::Other));
        draw(&mut surface, &symbol, (PAGE.0 - QR_SIDE) / 2.0, top);
        surface.end_tagged();
        section.push(figure);

        let mut y = top + QR_SIDE + 6.0;
        for line in ticket.below {
            y = self.paragraph(
                &mut surface,
                &mut section,
                TagGroup::new(Tag::P),
                line,
                9.0,
                false,
                y,
            );
        }
        surface.finish();
        page.finish();
        Ok(section)
    }

    /// Prints a paragraph at `y` and returns where the next one begins.
    #[expect(clippy::too_many_arguments, reason = "one call of a drawing primitive")]
    fn paragraph(
        &mut self,
        surface: &mut Surface<'_>,
        section: &mut TagGroup,
        mut group: TagGroup,
        text: &str,
        size: f32,
        bold: bool,
        y: f32,
    ) -> f32 {
        if text.trim().is_empty() {
            return y;
        }
        group.push(surface.start_tagged(ContentTag::Other));
        let height = self.typesetter.print(
            surface,
            text,
            size,
            bold,
            (MARGIN, y),
            PAGE.0 - 2.0 * MARGIN,
        );
        surface.end_tagged();
        section.push(group);
        y + height
    }
}

/// A bookmark for each ticket.
fn outline(pages: &[TicketPage<'_>]) -> Outline {
    let mut outline = Outline::new();
    for (index, page) in pages.iter().enumerate() {
        let words = [page.event, page.attendee].join(" ").trim().to_owned();
        outline.push_child(OutlineNode::new(
            words,
            XyzDestination::new(index, Point::from_xy(0.0, 0.0)),
        ));
    }
    outline
}

/// Draws the dark modules of each row as runs.
fn draw(surface: &mut Surface<'_>, symbol: &Symbol, left: f32, top: f32) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a symbol has at most 177 modules a side"
    )]
    let at = |modules: usize| modules as f32;
    let module = QR_SIDE / (at(symbol.side()) + 2.0 * QUIET_MODULES);
    let mut path = PathBuilder::new();
    for (row, modules) in symbol.rows().enumerate() {
        let mut column = 0;
        while column < modules.len() {
            let run = modules
                .iter()
                .skip(column)
                .take_while(|dark| **dark)
                .count();
            let rect = Rect::from_xywh(
                left + module * (QUIET_MODULES + at(column)),
                top + module * (QUIET_MODULES + at(row)),
                module * at(run),
                module,
            );
            if let Some(rect) = rect.filter(|_| run > 0) {
                path.push_rect(rect);
            }
            column += run.max(1);
        }
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(text::black()));
        surface.draw_path(&path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "TK1:ABC0123456789ABC0123456789ABC0123456789ABC0123456789ABC0123456789ABC0123456789ABC0123456789";

    fn page<'a>(event: &'a str, attendee: &'a str, above: &'a [String]) -> TicketPage<'a> {
        TicketPage {
            event,
            above,
            attendee,
            code: CODE,
            below: &[],
        }
    }

    #[test]
    fn scripts_and_directions_print() {
        let above = [
            "Großer Saal, Müllerstraße 7".to_owned(),
            "Субота, 5. децембар".to_owned(),
            "Đặng Thị Ngọc".to_owned(),
            "قاعة الاحتفالات الكبرى".to_owned(),
        ];
        let mut press = Press::new();
        let pdf = press
            .tickets("ar", &[page("ليلة الموسيقى", "محمد العربي", &above)])
            .unwrap();
        assert!(pdf.starts_with(b"%PDF-"));
        if let Some(folder) = std::env::var_os("BILTEN_TEST_PICTURES") {
            std::fs::write(std::path::Path::new(&folder).join("ticket.pdf"), &pdf).unwrap();
        }
        let two = press
            .tickets("en", &[page("One", "A", &above), page("Two", "B", &above)])
            .unwrap();
        assert!(two.len() > pdf.len() / 2);
    }

    #[test]
    fn characters_that_no_font_has_leave_no_hole() {
        let pdf = Press::new().tickets("en", &[page("Party 🎉 \u{10FFFF} 漢字", "🎸", &[])]);
        assert!(pdf.is_ok(), "{:?}", pdf.err());
    }

    #[test]
    fn a_code_that_fits_no_symbol_is_an_error() {
        let code = "X".repeat(8000);
        let ticket = TicketPage {
            code: &code,
            ..page("E", "A", &[])
        };
        assert!(matches!(
            Press::new().tickets("en", &[ticket]),
            Err(Error::Code(_))
        ));
    }
}
