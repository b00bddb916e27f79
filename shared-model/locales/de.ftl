# Jeder Satz eines Urteils auf Deutsch. Was jede Zeile bedeutet, steht in en.ftl.

## Gründe

reason-malformed = Kein Ticket
    .todo = Lass dir den Code des Tickets zeigen. Er ist vielleicht halb verdeckt oder der Code von etwas anderem.
reason-bad_signature = Gefälschtes oder beschädigtes Ticket
    .todo = Nicht einlassen. Lass dir das Original zeigen und rufe die Aufsicht.
reason-unknown_key = Ticket eines unbekannten Verkäufers
    .todo = Bringe die Daten dieses Geräts auf den neuesten Stand und scanne noch einmal. Bleibt es so, rufe die Aufsicht.
reason-wrong_event = Ticket für eine andere Veranstaltung
    .todo = Zeige dem Gast, für welche Veranstaltung das Ticket gilt.
reason-unknown_ticket = Unbekanntes Ticket
    .todo = Bringe die Daten dieses Geräts auf den neuesten Stand und scanne noch einmal. Bleibt es so, suche die Bestellung.
reason-revoked = Ticket widerrufen
    .todo = Nicht einlassen. Schicke den Gast zur Ticketkasse.
reason-cancelled = Bestellung storniert oder erstattet
    .todo = Schicke den Gast zur Ticketkasse.
reason-blocked = Ticket gesperrt
    .todo = Rufe die Aufsicht; der Veranstalter hat dieses Ticket gesperrt.
reason-unapproved = Bestellung noch nicht genehmigt
    .todo = Bitte den Veranstalter, die Bestellung zu genehmigen, und scanne dann noch einmal.
reason-unpaid = Nicht bezahlt
    .todo = Schicke den Gast zum Bezahlen zur Ticketkasse.
reason-not_yet_valid = Noch nicht gültig
    .todo = Bitte den Gast, zur angezeigten Zeit wiederzukommen.
reason-expired = Nicht mehr gültig
    .todo = Schicke den Gast zur Ticketkasse.
reason-wrong_tier = Falsche Ticketart für diesen Eingang
    .todo = Zeige dem Gast den Eingang für dieses Ticket.
reason-wrong_date = Ticket für einen anderen Termin
    .todo = Zeige dem Gast den Termin auf dem Ticket.
reason-wrong_zone = Das Ticket öffnet diesen Bereich nicht
    .todo = Zeige dem Gast die Bereiche, die das Ticket öffnet.
reason-list_inactive = Dieser Eingang ist nicht offen
    .todo = Sieh nach, welche Einlassliste dieses Gerät benutzt.
reason-rule = Nach der Regel dieses Eingangs nicht erlaubt
    .todo = Sage dem Gast, was fehlt.
reason-already_used = Schon benutzt
    .todo = Frage, wer es benutzt hat. War es ein ehrliches Versehen, rufe die Aufsicht.
reason-checkout_required = Zuerst auschecken
    .todo = Scanne den Gast dort hinaus, wo er gegangen ist, oder rufe die Aufsicht.
reason-not_inside = Nicht drinnen
    .todo = Prüfe, ob es die richtige Liste ist. Rufe die Aufsicht, um den Gast hinauszulassen.
reason-capacity = Voll
    .todo = Bitte den Gast zu warten, bis jemand geht.
reason-ambiguous = Mehrere Tickets haben diesen Code
    .todo = Suche den Gast nach Name oder Bestellung und scanne jenes Ticket.
reason-live_code_stale = Alter Code, vielleicht ein Bildschirmfoto
    .todo = Bitte den Gast, das Ticket in der App zu öffnen und den Code zu zeigen, der sich bewegt.
reason-live_code_required = Hier nur bewegte Codes
    .todo = Bitte den Gast, das Ticket in der App zu öffnen und den Code zu zeigen, der sich bewegt.
reason-disputed = Zahlung zurückgebucht
    .todo = Nicht einlassen. Rufe die Aufsicht.
reason-device_not_authorised = Dieses Gerät darf nicht scannen
    .todo = Gib das Gerät der Aufsicht und nimm ein anderes.
reason-superseded = Der Gast hat ein neueres Ticket
    .todo = Lass dir das neueste Ticket zeigen. Es gehört inzwischen vielleicht jemand anderem.
reason-staff_required = Ein Mensch muss entscheiden
    .todo = Schicke den Gast zu einem Tor mit Personal.

## Anlässe

cause-unpaid = Nicht bezahlt, hier zahlbar
    .todo = Nimm die Zahlung entgegen, dann bestätige.
cause-attention = Dieses Ticket verlangt einen Blick
    .todo = Lies die Hinweise, dann bestätige.
cause-group = Wie viele kommen herein?
    .todo = Zähle die Gäste und gib die Zahl ein.
cause-clock_untrusted = Die Uhr dieses Geräts ist unsicher
    .todo = Sieh auf eine Uhr, der du traust. Bestätige nur, wenn das Ticket zu dieser Zeit gilt.
cause-live_code_stale = Alter oder unbewegter Code
    .todo = Lass dir den Code zeigen, der sich bewegt, oder prüfe, wer der Gast ist; dann bestätige.
cause-lease_over = Kein Kontakt, und der Anteil dieses Tors ist abgelaufen
    .todo = Frage die anderen Tore, ob noch Platz ist, dann bestätige.

## Hinweise

note-of-dataless = Allein nach dem Ticket entschieden
note-of-unsigned = Übernommener Code, nicht unterschrieben
note-of-id_check = Ausweis prüfen
note-of-minor = Minderjährig
note-of-companion = Begleitperson
note-of-test = Testticket
note-of-unpaid = Nicht bezahlt
note-of-overridden = Durch die Aufsicht
note-of-odd_exit = Ungewöhnlicher Ausgang
note-of-clock_untrusted = Uhr unsicher
note-of-book_old = Daten vielleicht veraltet
note-of-add_on = Zusatzticket
note-of-capacity_unknown = Platz nicht bekannt
note-of-live_code_stale = Code alt oder unbewegt

## Erklärungen: Gerät und Code

device-unknown = Dieses Gerät steht nicht in der Geräteliste der Veranstaltung.
device-not-active = { $device } ist für diese Zeit nicht angemeldet.
code-malformed = Dieser Code ist kein Ticket.
code-length = Dieser Ticketcode ist unvollständig oder zu lang.
code-version = Dieser Ticketcode ist neuer als diese App.
code-signature = Die Unterschrift passt nicht zum Ticket.
code-live-forged = Der bewegte Teil des Codes stammt nicht vom Gerät des Inhabers.
key-unknown = Das Ticket ist mit Schlüssel { $kid } unterschrieben, den dieses Gerät nicht kennt; seine Daten sind vielleicht veraltet.
key-range = Schlüssel { $kid } darf dieses Ticket nicht unterschreiben.
key-limits = Das Ticket gibt mehr, als die Abendkasse mit Schlüssel { $kid } verkaufen darf.
key-not-active = Tickets mit Schlüssel { $kid } gelten zu dieser Zeit nicht.
other-event = Das Ticket ist für Veranstaltung { $event }.
serial-unknown = Der Veranstalter hat kein Ticket mit der Nummer { $serial }.
foreign-unknown = Kein Ticket hat diesen Code.
foreign-ambiguous = { $count } gültige Tickets haben diesen Code.
add-on-ambiguous = { $count } unbenutzte Zusatztickets dieses Tickets stehen auf dieser Liste.

## Erklärungen: Ticket

revoked = Das Ticket wurde widerrufen.
cancelled = Die Bestellung wurde storniert oder erstattet.
payment-deadline = Die Bestellung wurde storniert, weil sie nicht rechtzeitig bezahlt wurde.
superseded = Dies ist Ausgabe { $shown } des Tickets; { $newest } ist die neueste.
disputed = Die Zahlung wurde zurückgebucht.
blocked = Der Veranstalter hat dieses Ticket gesperrt.
test-ticket = Ein Testticket zählt nur in einer Probe.
unapproved = Der Veranstalter hat die Bestellung noch nicht genehmigt.
valid-from = Gültig ab { $at }, { $in }.
valid-until = War gültig bis { $at }, { $ago }.
live-stale = Der bewegte Code ist zu alt.
live-missing = Der Code bewegt sich nicht.
unpaid = Die Bestellung ist nicht bezahlt.
payable-here = Die Bestellung ist nicht bezahlt; sie kann hier bezahlt werden.
attention = Das Ticket verlangt einen Blick.

## Erklärungen: Liste

list-unknown = Die Daten dieses Geräts haben keine Liste { $list } und sind vielleicht veraltet.
list-not-here = { $list } wird an { $gate } nicht benutzt.
list-from = { $list } öffnet { $at }, { $in }.
list-until = { $list } schloss { $at }, { $ago }.
tier-unknown = Die Daten dieses Geräts sind vielleicht veraltet: Sie haben keine Ticketart { $tier }.
tier-not-on-list = { $list } nimmt { $names }; dies ist { $tier }.
no-add-on = { $list } nimmt { $names }; zu diesem { $tier } gehört kein solches Zusatzticket.
other-date = Das Ticket ist für { $date }; dieser Eingang ist für { $wanted }.
no-date = Das Ticket ist für keinen bestimmten Termin; dieser Eingang ist für { $wanted }.
zone-closed = Das Ticket öffnet { $zone } nicht.

## Erklärungen: Regeln

rule = Die Regel von { $list } erlaubt diesen Eintritt nicht.
rule-unreadable = Die Regel von { $list } ist nicht brauchbar: { $problem }.
rule-missing = Die Veranstaltung hat { $variable ->
    [date_to] kein Ende
    [date_admission] keine Einlasszeit
   *[date_from] keinen Beginn
 }, also lässt sich die Regel nicht prüfen.
rule-from = Eintritt ab { $at }, { $in }.
rule-until = Eintritt war bis { $at }, { $ago }.
rule-weekday = Nur am { $days }.
rule-gate = Nur an { $names }.
rule-gate-not = Nicht an { $names }.
rule-product = Nur mit { $names }.
rule-product-not = Nicht mit { $names }.
rule-variation = Nur mit { $names }.
rule-variation-not = Nicht mit { $names }.
rule-count = { $variable ->
    [entries_number] Eintritte bisher
    [entries_today] Eintritte heute
    [entries_days] Tage mit Eintritt
    [minutes_since_last_entry] Minuten seit dem letzten Eintritt
    [minutes_since_first_entry] Minuten seit dem ersten Eintritt
    [entries_since] Eintritte seit jener Zeit
    [entries_before] Eintritte vor jener Zeit
    [entries_days_since] Tage mit Eintritt seit jener Zeit
    [entries_days_before] Tage mit Eintritt vor jener Zeit
   *[other] Die Zahl
 }: { $have }; erlaubt { $sign ->
    [less] unter
    [less_or_equal] bis
    [greater] über
    [greater_or_equal] ab
    [not_equal] alles außer
   *[other] genau
 } { $want }.
rule-wait = { $variable ->
    [minutes_since_first_entry] Der erste Eintritt war
   *[minutes_since_last_entry] Der letzte Eintritt war
 } vor { $have } min; erlaubt { $sign ->
    [greater] nach mehr als
    [not_equal] nicht nach
   *[other] nach
 } { $want } min, { $in }.
rule-number = { $variable }: { $have }; erlaubt { $names }.
rule-number-not = { $variable }: { $have }; nicht erlaubt { $names }.
rule-status = { $status ->
    [present] Nur für Gäste, die drinnen sind.
   *[absent] Nur für Gäste, die draußen sind.
 }
rule-date = Nur, wenn { $earlier } vor { $later } liegt.
rule-never = Nichts kann diese Regel erfüllen.

## Erklärungen: Fragen

questions-due = { $count ->
    [one] Eine Frage braucht eine Antwort.
   *[other] { $count } Fragen brauchen eine Antwort.
 }
answer-required = Eine Antwort ist nötig.
answer-yes = Die Antwort muss Ja sein.
answer-yes-no = Antworte Ja oder Nein.
answer-too-long = Höchstens { $longest } Zeichen.
answer-number = Eine ganze Zahl ist nötig.
answer-min = Mindestens { $min }.
answer-max = Höchstens { $max }.
answer-choice = Eines von { $names }.
answer-date = Ein Datum ist nötig, wie 2026-06-20.
answer-unknown = Diese Frage gibt es nicht.

## Erklärungen: Verlauf und Platz

already-used = Schon benutzt an { $gate } bei { $device }, { $ago }.
used-today = Heute schon { $limit ->
    [one] einmal
   *[other] { $limit }-mal
 } benutzt, zuletzt an { $gate } bei { $device }, { $ago }.
used-up = Schon { $limit ->
    [one] einmal
   *[other] { $limit }-mal
 } benutzt, zuletzt an { $gate } bei { $device }, { $ago }.
already-inside = Schon drinnen: eingetreten an { $gate } bei { $device }, { $ago }. Darf nach einem Ausgang wieder eintreten.
no-entries = { $list } lässt niemanden ein.
checkout-first = Schon drinnen: eingetreten an { $gate } bei { $device }, { $ago }. Muss zuerst auschecken.
not-inside = Mit diesem Ticket ist in { $list } niemand drinnen.
group-count = { $left } von { $group } dürfen noch herein.
group-too-many = { $count } geht nicht: { $left } von { $group } dürfen noch herein.
zone-full = { $zone } ist voll: { $inside } von { $capacity } sind darin.
lease-spent = { $left ->
    [0] Der Anteil dieses Tors an { $zone } ist aufgebraucht.
   *[other] Dieses Tor darf noch { $left } in { $zone } lassen.
 }
lease-over = Der Anteil dieses Tors an { $zone } endete { $at }.

## Erklärungen: Menschen und Uhr

staff-required = Dieses Tor kann nicht fragen.
clock-untrusted = Nach der Uhr dieses Geräts, die unsicher ist:
override-without-rights = { $operator } darf zu dieser Zeit niemanden trotzdem durchlassen.

## Erklärungen: Hinweise

note-dataless = Dieses Gerät hat keine Daten des Tickets; entschieden nach dem, was darin unterschrieben ist.
note-unsigned = Der Code stammt aus einem anderen System und beweist allein nichts.
note-id-check = Prüfe den Ausweis des Gasts.
note-minor = Der Gast ist minderjährig.
note-companion = Der Gast begleitet jemanden.
note-test = Ein Testticket, in der Probe.
note-unpaid = Die Bestellung ist nicht bezahlt.
note-overridden = Durchgelassen von { $operator } trotz:
note-odd-exit = Dieser Ausgang ist ungewöhnlich:
note-clock-untrusted = Die Uhr dieses Geräts ist unsicher.
note-book-old = Die Daten der Veranstaltung auf diesem Gerät, Nummer { $number }, sind vielleicht veraltet.
note-add-on = { $tier } dieses Tickets wurde benutzt.
note-capacity-unknown = Wie viele in { $zone } sind, ist hier nicht bekannt.
note-live-code = Der Code war alt oder bewegte sich nicht.

## Wortlaut der Werte

time-today = { $clock }
time-other-day = { $weekday } { $date } { $clock }
span-minutes = { $count } min
span-hours = { $count } h
span-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tagen
 }
since = vor { $span }
since-now = gerade eben
until = in { $span }
until-now = in weniger als einer Minute
operator = Person { $number }
names-or = { $names } oder { $last }
weekday = { $number ->
    [1] Montag
    [2] Dienstag
    [3] Mittwoch
    [4] Donnerstag
    [5] Freitag
    [6] Samstag
   *[7] Sonntag
 }
