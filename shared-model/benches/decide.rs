//! What a verdict costs, without what surrounds it: no store, no decoding.

use criterion::{Criterion, criterion_group, criterion_main};
use shared_model::entry::cases::{self, Case};
use shared_model::entry::{decide, read};

/// The one case of a file with these differences from the default event.
fn case(differences: &str) -> Case {
    let text = format!(
        r#"{{"format": "{}", "cases": [{{{differences}}}]}}"#,
        cases::FORMAT
    );
    let (_, case) = cases::parse(&text).expect("a case file").remove(0);
    case.expect("a readable case")
}

const TOKEN: &str = "TK1:V50100000100000A20V50V50U50FGW BW92TMP6N01V50R%Q$Z71.HVEWQ11:9NR-CH%FWJBPODQ-9*BMEPMW.B$HFU%OVFP1SPQ5W:*ITXE5-R4Q2VN57LJ4-Q.HE$EMNTC/E7YSB0TN";

const RULE: &str = r#""book": {"lists": {"1": {"entries": "multiple", "rule": {"and": [
    {"inList": [{"var": "product"}, {"objectList": [{"lookup": ["product", 1, "Day"]}]}]},
    {"isAfter": [{"var": "now"}, {"buildTime": ["date_admission"]}]},
    {"or": [{"<": [{"var": "entries_today"}, 9]}, {"==": [{"var": "gate"}, 2]}]}]}}}}"#;

fn verdicts(criterion: &mut Criterion) {
    let scans = vec!["{}"; 50].join(",");
    let inputs = [
        ("admit", String::new()),
        (
            "refuse used",
            r#""knowledge": {"history": [{}]}"#.to_owned(),
        ),
        ("admit by rule", RULE.to_owned()),
        ("refuse by rule", RULE.replace("date_admission", "date_to")),
        (
            "admit by rule after 50 scans",
            format!(r#"{RULE}, "knowledge": {{"history": [{scans}]}}"#).replace('9', "99"),
        ),
    ];
    let mut group = criterion.benchmark_group("decide");
    for (name, differences) in inputs {
        let case = case(&differences);
        group.bench_function(name, |bencher| {
            bencher.iter(|| decide(&case.book, &case.known, &case.request));
        });
    }
    group.finish();
}

fn codes(criterion: &mut Criterion) {
    let case = case("");
    let mut group = criterion.benchmark_group("read");
    group.bench_function("genuine token", |bencher| {
        bencher.iter(|| read(&case.book, TOKEN, case.request.now));
    });
    group.bench_function("foreign code", |bencher| {
        bencher.iter(|| read(&case.book, "ABC-1", case.request.now));
    });
    group.finish();
}

criterion_group!(benches, verdicts, codes);
criterion_main!(benches);
