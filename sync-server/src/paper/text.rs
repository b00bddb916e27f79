//! Setting text: shaping, direction and line breaks by parley, glyphs by krilla.

use std::borrow::Cow;
use std::collections::HashMap;

use krilla::color::rgb;
use krilla::geom::Point;
use krilla::num::NormalizedF32;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::layout::{Alignment, Layout};
use parley::style::{FontFamily, FontFamilyName, FontWeight, LineHeight, StyleProperty};
use parley::{FontContext, LayoutContext};

const FONTS: [&[u8]; 4] = [
    include_bytes!("../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansArabic-Bold.ttf"),
];

const FAMILIES: [FontFamilyName<'static>; 2] = [
    FontFamilyName::Named(Cow::Borrowed("Noto Sans")),
    FontFamilyName::Named(Cow::Borrowed("Noto Sans Arabic")),
];

/// Fonts and the caches that setting text fills.
pub(super) struct Typesetter {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    embedded: HashMap<u64, Font>,
}

impl Typesetter {
    pub(super) fn new() -> Self {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        for font in FONTS {
            collection.register_fonts(Blob::from(font.to_vec()), None);
        }
        let fonts = FontContext {
            collection,
            source_cache: SourceCache::default(),
        };
        Self {
            fonts,
            layouts: LayoutContext::new(),
            embedded: HashMap::new(),
        }
    }

    /// Whether the text's first strong character reads from the right.
    pub(super) fn is_right_to_left(&mut self, text: &str) -> bool {
        self.layout(text, 12.0, false, 1000.0).is_rtl()
    }

    /// Prints `text` within `width` from `(left, top)` on and returns its height, in points.
    pub(super) fn print(
        &mut self,
        surface: &mut Surface<'_>,
        text: &str,
        size: f32,
        bold: bool,
        (left, top): (f32, f32),
        width: f32,
    ) -> f32 {
        let text = self.covered(text, bold);
        let layout = self.layout(&text, size, bold, width);
        surface.set_fill(Some(black()));
        for line in layout.lines() {
            let mut x = left + line.metrics().offset;
            let y = top + line.metrics().baseline;
            for run in line.runs() {
                let start = x;
                let size = run.font_size();
                let mut glyphs: Vec<KrillaGlyph> = Vec::new();
                for cluster in run.visual_clusters() {
                    if cluster.is_ligature_continuation() {
                        if let Some(glyph) = glyphs.last_mut() {
                            glyph.text_range.start =
                                glyph.text_range.start.min(cluster.text_range().start);
                            glyph.text_range.end =
                                glyph.text_range.end.max(cluster.text_range().end);
                        }
                        continue;
                    }
                    for glyph in cluster.glyphs() {
                        glyphs.push(KrillaGlyph::new(
                            GlyphId::new(glyph.id),
                            glyph.advance / size,
                            glyph.x / size,
                            // parley's y grows downwards, krilla's upwards.
                            -glyph.y / size,
                            0.0,
                            cluster.text_range(),
                            None,
                        ));
                        x += glyph.advance;
                    }
                }
                if let (Some(font), false) = (self.font(run.font()), glyphs.is_empty()) {
                    surface.draw_glyphs(
                        Point::from_xy(start, y),
                        &glyphs,
                        font,
                        &text,
                        size,
                        false,
                    );
                }
            }
        }
        layout.height()
    }

    fn font(&mut self, font: &parley::FontData) -> Option<Font> {
        let (data, id) = font.data.clone().into_raw_parts();
        if let Some(font) = self.embedded.get(&id) {
            return Some(font.clone());
        }
        let embedded = Font::new(data.into(), font.index)?;
        self.embedded.insert(id, embedded.clone());
        Some(embedded)
    }

    fn layout(&mut self, text: &str, size: f32, bold: bool, width: f32) -> Layout<()> {
        let mut builder = self
            .layouts
            .ranged_builder(&mut self.fonts, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(
            &FAMILIES,
        ))));
        builder.push_default(StyleProperty::FontSize(size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(1.3)));
        builder.push_default(StyleProperty::FontWeight(if bold {
            FontWeight::BOLD
        } else {
            FontWeight::NORMAL
        }));
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Start, Default::default());
        layout
    }

    /// The text with a question mark for everything no font has, and spaces for control characters.
    fn covered<'t>(&mut self, text: &'t str, bold: bool) -> Cow<'t, str> {
        let mut text: Cow<'t, str> = if text.contains(char::is_control) {
            Cow::Owned(text.replace(char::is_control, " "))
        } else {
            Cow::Borrowed(text)
        };
        let layout = self.layout(&text, 12.0, bold, 1000.0);
        let mut missing: Vec<std::ops::Range<usize>> = layout
            .lines()
            .flat_map(|line| line.runs().collect::<Vec<_>>())
            .flat_map(|run| {
                run.clusters()
                    .filter(|cluster| cluster.glyphs().any(|glyph| glyph.id == 0))
                    .map(|cluster| cluster.text_range())
                    .collect::<Vec<_>>()
            })
            .collect();
        missing.sort_by_key(|range| std::cmp::Reverse(range.start));
        for range in missing {
            text.to_mut().replace_range(range, "?");
        }
        text
    }
}

pub(super) fn black() -> Fill {
    Fill {
        paint: rgb::Color::new(0, 0, 0).into(),
        opacity: NormalizedF32::ONE,
        rule: Default::default(),
    }
}
