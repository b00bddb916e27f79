//! The documents of the phone build, read whole: a broken one ends the test.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::Value;

/// An element and its attributes.
pub type Element = (String, BTreeMap<String, String>);

pub fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

pub fn json(file: &Path) -> Value {
    serde_json::from_str(&text(file)).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

pub fn yaml(file: &Path) -> yaml_rust2::Yaml {
    let documents = yaml_rust2::YamlLoader::load_from_str(&text(file));
    let mut documents = documents.unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

pub fn dictionary(file: &Path) -> plist::Dictionary {
    let list = plist::Value::from_file(file);
    let list = list.unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    list.into_dictionary().unwrap()
}

pub fn strings(values: &[plist::Value]) -> Vec<&str> {
    values
        .iter()
        .map(|value| value.as_string().unwrap())
        .collect()
}

/// The elements of an XML document, in order; a broken one ends the test.
pub fn elements(file: &Path) -> Vec<Element> {
    let source = text(file);
    let mut reader = Reader::from_str(&source);
    let mut found = Vec::new();
    let mut depth = 0;
    loop {
        let event = reader.read_event();
        match event.unwrap_or_else(|why| panic!("{}: {why}", file.display())) {
            Event::Start(start) => {
                depth += 1;
                found.push(element(&start));
            }
            Event::Empty(start) => found.push(element(&start)),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{}: something is not closed", file.display());
    assert!(!found.is_empty(), "{}", file.display());
    found
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let key: &str = attribute.key.as_ref();
        (key.to_owned(), attribute.value.to_string())
    });
    (start.name().as_ref().to_owned(), attributes.collect())
}

pub fn of<'a>(
    elements: &'a [Element],
    name: &'a str,
) -> impl Iterator<Item = &'a BTreeMap<String, String>> {
    elements
        .iter()
        .filter(move |(own, _)| own == name)
        .map(|(_, told)| told)
}

/// The names that elements of a kind carry, in order of the alphabet.
pub fn named(elements: &[Element], kind: &str) -> Vec<String> {
    let mut names: Vec<String> = of(elements, kind)
        .map(|told| told["android:name"].clone())
        .collect();
    names.sort();
    names
}

/// Width of a square PNG.
pub fn width(file: &Path) -> u32 {
    let bytes = fs::read(file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(
        (&bytes[..4], side(16)),
        (&b"\x89PNG"[..], side(20)),
        "{}",
        file.display()
    );
    side(16)
}
