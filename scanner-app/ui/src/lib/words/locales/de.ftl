# Alle Sätze der Bildschirme auf Deutsch. Die Sätze der Urteile stehen in shared-model/locales.

## Überall

close = Schließen
cancel = Abbrechen
back = Zurück
again = Noch einmal prüfen
yes = Ja
no = Nein
never = Nie
unknown = Nicht bekannt
seconds = { $count } s
minutes = { $count } min
percent = { $count } %
megabytes = { $count } MB
milliseconds = { $count } ms
ticket = Ticket
rehearsal = Probe
rehearsal-banner = Probe: nichts zählt
rehearsal-text = Zum Üben: Testtickets werden eingelassen, und nichts Gescanntes zählt.
rehearsal-begin = Probe beginnen
rehearsal-end = Probe beenden
undo = Rückgängig
undo-done = Zurückgenommen: Der Gast ist nicht eingetreten.
override = Aufsicht
settings = Einstellungen
pin = PIN
pin-clear = Alles löschen
pin-back = Letzte löschen
lock = Sperren
device-own = Dieses Gerät
device-unknown = Unbekanntes Gerät
role-staff = Einlass
role-supervisor = Aufsicht

## Um jede Seite herum

nav = Seiten
nav-scan = Scannen
nav-search = Suchen
nav-room = Drinnen
nav-more = Mehr
nav-supervisor = Aufsicht
nav-conflicts = { $count ->
    [one] Ein offener Konflikt
   *[other] { $count } offene Konflikte
}
badge-label = Wie es um dieses Gerät steht
badge-online = Online
badge-offline = Offline – Scannen geht weiter
badge-unsent = { $count } zu senden
badge-peers = { $count ->
    [one] 1 Gerät nahebei
   *[other] { $count } Geräte nahebei
}
badge-downloading = Lädt Tickets
badge-clock = Uhr unsicher

## Urteil

verdict-admit = REIN
verdict-leave = RAUS
verdict-refuse = STOPP
verdict-ask = FRAGEN
verdict-confirm = PRÜFEN
verdict-next = Weiter
verdict-notes = Zu beachten
verdict-history = Verlauf
verdict-overridden = Durch die Aufsicht
verdict-offline = Offline
verdict-behind = { $count ->
    [one] Noch eines folgt
   *[other] Noch { $count } folgen
}
verdict-people = { $people } Personen
verdict-group = { $people ->
    [one] 1 Person
   *[other] { $people } Personen
} – { $inside } von { $group } drinnen
due-optional = kann leer bleiben
due-fewer = Weniger
due-more = Mehr
due-stop = Nicht einlassen
due-answer = Antworten
due-confirm = Bestätigen
override-title = Trotzdem durchlassen
override-text = Die Aufsicht entscheidet. Name und Grund bleiben im Protokoll.
supervisor-nobody = Bei dieser Veranstaltung hat keine Aufsicht Dienst.
supervisor-pin = PIN der Aufsicht
override-why = Grund
override-let = Durchlassen
override-known = Der Gast ist bekannt
override-elsewhere = Ticket wurde anderswo gezeigt
override-technical = Technische Störung
override-goodwill = Kulanz
override-other = Etwas anderes

## Scannen

scan-title = Scannen
scan-event-gone = Der Veranstalter hat diese Veranstaltung gelöscht. Frage, ob es weitergeht, oder wähle unter Mehr eine andere.
scan-file = Bild
scan-type = Code tippen
scan-type-title = Code tippen oder einfügen
scan-code = Code
scan-code-hint = Der Text des Ticketcodes, er beginnt mit TK1:
scan-check = Code prüfen
scan-drop = Bild hier ablegen
scan-other-ways = Ein Handscanner geht jederzeit. Bilder lassen sich hier ablegen oder einfügen.
scan-last = Zuletzt durchgelassen:
direction-entry = Hinein
direction-exit = Hinaus
camera-picture = Was die Kamera sieht
camera-starting = Kamera startet …
camera-asleep = Die Kamera schläft, um Strom zu sparen
camera-wake = Kamera wecken
camera-again = Noch einmal versuchen
camera-torch = Licht
camera-zoom = Zoom
camera-missing = Keine Kamera gefunden. Nimm einen Handscanner oder ein Bild, oder tippe den Code.
camera-missing-kiosk = Keine Kamera gefunden. Halte das Ticket vor den Handscanner.
camera-busy = Ein anderes Programm benutzt die Kamera. Schließe es und versuche es noch einmal.
camera-denied = Die Kamera ist nicht erlaubt. Erlaube sie in den Einstellungen des Systems und versuche es noch einmal.
camera-gone = Die Kamera ist weg: Ein anderes Programm hat sie, oder eine externe wurde abgezogen. Versuche es noch einmal.
camera-silent = Die Kamera liefert gerade keine Bilder. Warte kurz und versuche es noch einmal; eine externe steck neu ein.
camera-failed = Die Kamera liefert kein Bild. Versuche es noch einmal oder nimm eine andere.

## Einrichten, entsperren, Menschen

enrol-title = Gerät einrichten
enrol-text = Lass dir vom Veranstalter einen Einrichtungscode geben. Lies ihn mit der Kamera oder einem Handscanner ein, öffne seinen Link oder tippe ihn.
enrol-code = Einrichtungscode
enrol-code-hint = Wie 7K3M-Q0ZT-94AB. Er gilt einmal.
enrol-server = Adresse des Servers
enrol-server-hint = Wie https://tickets.example.org
enrol-name = Name dieses Geräts
enrol-name-hint = Wie es die anderen nennen, etwa „Nordtor 2“
enrol-no-key-store = Dieser Rechner hat keinen Schlüsselbund, also schützt eine Passphrase die Daten. Sie wird bei jedem Start verlangt.
enrol-passphrase-instead = Oder eine Passphrase schützt die Daten. Sie wird bei jedem Start verlangt.
enrol-passphrase = Passphrase
enrol-passphrase-hint = Mindestens 8 Zeichen
enrol-do = Einrichten
enrol-camera = Mit der Kamera lesen
enrol-camera-stop = Kamera schließen
unlock = Entsperren
unlock-title = Gesperrt
unlock-passphrase-text = Die Passphrase öffnet die Daten dieses Geräts.
unlock-pin-text = Wähle deinen Namen und tippe deine PIN. Das Protokoll wird inzwischen weiter übertragen.
unlock-nobody = Gerade ist niemand im Dienst, der dieses Gerät öffnen könnte. Verbinde es, damit es erfährt, wer es ist.
unlock-connect = Jetzt verbinden
unlock-biometrics = Finger oder Gesicht
unlock-biometrics-question = Entsperre mit Finger oder Gesicht.
unlock-biometrics-instead = PIN verwenden
operator-title = Wer hier arbeitet
operator-now = Jetzt: { $name }
operator-none-now = Niemand ist angemeldet
operator-who = Name
operator-in = Anmelden
operator-out = Abmelden
operator-empty = Der Veranstalter hat für diese Veranstaltung niemanden benannt. Scannen geht auch ohne Namen.
revoked-title = Gerät abgemeldet
revoked-text = Der Veranstalter hat dieses Gerät abgemeldet. Tickets und Namen wurden darauf gelöscht.
revoked-unsent = { $count ->
    [one] Ein Eintrag des Protokolls ist noch nicht übertragen. Behalte das Gerät und verbinde es mit dem Netz.
   *[other] { $count } Einträge des Protokolls sind noch nicht übertragen. Behalte das Gerät und verbinde es mit dem Netz.
}
revoked-sent = Das ganze Protokoll wurde übertragen.
revoked-deliver = Jetzt übertragen
revoked-again = Neu einrichten
failed-title = Die Daten lassen sich nicht öffnen
failed-again = Noch einmal versuchen
failed-no-key-store = Die Schlüssel dieses Geräts sind im Schlüsselbund des Systems, und der läuft jetzt nicht. Melde dich am Rechner an oder starte ihn, und versuche es noch einmal.
wipe = Alles löschen
wipe-title = Alles auf diesem Gerät löschen?
wipe-text = Tickets, Namen, Protokoll und Schlüssel werden gelöscht. Das Gerät muss neu eingerichtet werden.
wipe-do = Löschen
wipe-force = Löschen und diese Einträge verlieren

## Wo gescannt wird

station-title = Wo du scannst
station-event = Veranstaltung
station-list = Einlassliste
station-list-closed = Jetzt nicht offen
station-gate = Tor
station-no-gate = Kein Tor
station-direction = Richtung
station-begin = Hier beginnen
station-no-events = Dieses Gerät arbeitet noch für keine Veranstaltung. Der Veranstalter kann es einer zuordnen.
station-no-book = Noch nicht geladen: braucht einmal das Netz

## Bereit zum Öffnen

ready-title = Bereit zum Öffnen?
ready-yes = Bereit zum Öffnen
ready-look = Die Türen können öffnen. Sieh dir zuerst an, was markiert ist.
ready-no = Noch nicht bereit
ready-sound = Ton testen
ready-go = Scannen
ready-unknown = zu unbekannter Zeit
state-good = gut
state-warn = braucht einen Blick
state-bad = schlecht
state-unknown = nicht bekannt
check-manifest-good = Alle { $tickets } Tickets sind da; letzter Kontakt { $ago }.
check-manifest-warn = { $tickets } Tickets sind da; letzter Kontakt { $ago }. Verbinde das Gerät einmal vor dem Öffnen.
check-manifest-bad = Die Tickets sind nicht vollständig. Verbinde das Gerät mit dem Netz und warte.
check-manifest-unknown = Noch kein Kontakt mit dem Server.
check-book-good = Die Daten der Veranstaltung sind da (Nummer { $number }, erstellt { $ago }).
check-book-warn = Die Daten der Veranstaltung wurden { $ago } erstellt. Verbinde das Gerät einmal vor dem Öffnen.
check-book-bad = Die Daten der Veranstaltung fehlen. Verbinde das Gerät mit dem Netz.
check-book-unknown = Wie alt die Daten der Veranstaltung sind, ist nicht bekannt.
check-clock-good = Die Uhr geht richtig.
check-clock-warn = Die Uhr weicht { $off } ab oder wurde lange nicht verglichen. Verbinde das Gerät einmal.
check-clock-bad = Die Uhr weicht { $off } ab. Stelle sie und verbinde das Gerät einmal.
check-clock-unknown = Die Uhr wurde noch nie mit der des Servers verglichen.
check-storage-good = Genug Platz auf dem Speicher ({ $free_mb } MB).
check-storage-warn = Wenig Platz auf dem Speicher ({ $free_mb } MB). Lösche etwas.
check-storage-bad = Fast kein Platz auf dem Speicher ({ $free_mb } MB). Lösche etwas vor dem Öffnen.
check-storage-unknown = Dieser Rechner sagt nicht, wie viel Platz der Speicher hat.
check-battery-good = Akku bei { $percent } %.
check-battery-warn = Akku bei { $percent } %. Halte ein Ladegerät bereit.
check-battery-bad = Akku bei { $percent } %. Lade ihn vor dem Öffnen.
check-battery-unknown = Kein Akku, oder dieser Rechner sagt es nicht.
check-peers-good = { $peers ->
    [0] Dies ist das einzige Gerät der Veranstaltung.
    [one] Ein anderes Gerät ist erreichbar.
   *[other] { $peers } andere Geräte sind erreichbar.
}
check-peers-warn = Kein anderes Gerät ist erreichbar. Doppelte Eintritte an anderen Toren zeigen sich erst mit Netz.
check-peers-unknown = Andere Geräte werden nicht gesucht.
check-camera-good = Die Kamera liefert ein Bild.
check-camera-warn = Die Kamera lieferte kein Bild. Die Scanseite sagt, warum; ein Handscanner geht auch.
check-camera-bad = Keine Kamera. Nimm einen Handscanner oder schließe eine an.
check-camera-unknown = Die Kamera wird versucht. Erlaube sie, wo das System fragt.
check-sound-good = Der Ton ist an ({ $volume } %).
check-sound-warn = Der Ton ist aus oder leise ({ $volume } %). Stelle ihn in den Einstellungen lauter.
check-sound-unknown = Spiele den Testton, um zu hören, ob er geht.
check-keys-good = Die Schlüssel sind im Schlüsselbund des Systems.
check-keys-warn = Die Schlüssel sind in einer Datei. Verwahre dieses Gerät sicher.
check-keys-bad = Die Schlüssel sind nicht lesbar. Richte das Gerät neu ein.
check-keys-unknown = Wo die Schlüssel sind, ist nicht bekannt.
check-station-good = Liste und Tor sind gewählt, und die Liste ist offen.
check-station-warn = Die gewählte Liste ist jetzt nicht offen.
check-station-bad = Wähle Veranstaltung, Liste und Tor.
check-station-unknown = Ob die Liste offen ist, ist nicht bekannt.
check-unsent-good = Das ganze Protokoll ist übertragen.
check-unsent-warn = { $facts } Einträge des Protokolls warten auf die Übertragung.
check-unsent-bad = { $facts } Einträge des Protokolls konnten lange nicht übertragen werden. Verbinde das Gerät mit dem Netz.
check-unsent-unknown = Was übertragen wurde, ist nicht bekannt.

## Gäste und Tickets

search-title = Gast suchen
search-label = Name, Platz, Bestellung oder Ticketcode
search-hint = Ein Wort mit mindestens drei Buchstaben genügt
search-do = Suchen
search-found = { $count ->
    [0] Niemand gefunden
    [one] Ein Ticket gefunden
   *[other] { $count } Tickets gefunden
}
search-more = Es gibt noch mehr. Tippe mehr Buchstaben.
ticket-number = Ticket { $serial }
ticket-tier = Ticket
ticket-date = Termin
ticket-seat = Platz
ticket-order = Bestellung
ticket-serial = Nummer
ticket-state = Stand
ticket-group = Personen
ticket-from = Gültig ab
ticket-until = Gültig bis
ticket-notes = Hinweise
ticket-attention = Zu beachten
ticket-minor = Minderjährig
ticket-companion = Begleitperson
ticket-lists = Auf den Listen
ticket-list-line = { $inside } drinnen · { $entries }-mal hinein · { $exits }-mal hinaus
ticket-state-valid = Gültig
ticket-state-pending = Noch nicht bezahlt
ticket-state-unapproved = Noch nicht genehmigt
ticket-state-blocked = Gesperrt
ticket-state-cancelled = Storniert oder erstattet
ticket-state-expired = Nicht rechtzeitig bezahlt
ticket-state-disputed = Zahlung zurückgebucht
ticket-state-revoked = Widerrufen
why-title = Würde es hier jetzt gescannt
why-admit = Dieses Ticket würde durchgelassen.
history-title = Verlauf
history-empty = Soweit hier bekannt, noch nicht gescannt.
history-in = { $people ->
    [one] Hinein
   *[other] Hinein: { $people } Personen
}
history-out = { $people ->
    [one] Hinaus
   *[other] Hinaus: { $people } Personen
}
history-undone = Zurückgenommen
history-overridden = Durchgelassen von { $name }

## Konflikte

conflicts-title = Konflikte
conflicts-text = Was Tore ohne Verbindung entschieden haben und nicht alles stimmen kann. Was an der Tür gezeigt wurde, bleibt; die Aufsicht sagt, was es war.
conflicts-all = Auch geklärte zeigen
conflicts-none = Hier sind keine Konflikte bekannt.
conflict-double-entry = Zweimal eingetreten
conflict-after-revocation = Gescannt, nachdem das Gerät abgemeldet war
conflict-over-capacity = Mehr Menschen, als der Bereich fasst
conflict-override-without-rights = Durchgelassen ohne das Recht dazu
conflict-annul-without-rights = Zurückgenommen ohne das Recht dazu
conflict-device-not-enrolled = Von einem Gerät gescannt, das nicht eingerichtet ist
conflict-clock-backwards = Eine Uhr ging rückwärts
conflict-fork = Zwei Geräte senden Scans unter einem Namen
conflict-other = Etwas, das eine neuere Version kennt
conflict-unreadable = Eintrag, der hier nicht lesbar ist
conflict-ticket = Zum Ticket
conflict-settle = Klären
outcome-innocent = Aus Versehen zweimal gescannt
outcome-shared = Ticket weitergegeben
outcome-screenshot = Ticket kopiert
outcome-staff = Fehler des Personals
resolve-title = Konflikt klären
resolve-what = Was war es?
resolve-do = Klären

## Die Nacht in Zahlen

room-title = Menschen drinnen
room-complete = Alle Geräte haben sich gemeldet. Stand { $time }.
room-incomplete = Nicht alle Geräte haben sich gemeldet: Dies sind die letzten bekannten Zahlen.
room-missing = Nicht gemeldet: { $names }
room-zone-of = { $name } – fasst { $capacity }
room-lists = Listen
room-list = Liste
room-inside = Drinnen
room-people = Hinein
room-tickets = Tickets
room-own = Dieses Gerät heute Nacht
room-all = Alle bekannten Geräte
room-refusals = Hier abgewiesen, nach Grund
count-people = Eingelassene
count-quarter = In den letzten 15 Minuten
count-exits = Hinausgelassen
count-refused = Abgewiesen
count-overridden = Durch die Aufsicht
count-undone = Zurückgenommen
count-tickets = Tickets, die einlassen
report-title = Bericht der Nacht
report-made = { $device }, { $time }
report-entries = Eintritte
report-own = Hier Eingelassene
report-conflicts = Konflikte
report-open = { $all }, davon offen: { $open }
report-unsent = Noch nicht übertragen
report-unsent-text = { $count ->
    [one] Ein Eintrag des Protokolls ist noch nicht übertragen. Verbinde dieses Gerät mit dem Netz, bevor du es ausschaltest.
   *[other] { $count } Einträge des Protokolls sind noch nicht übertragen. Verbinde dieses Gerät mit dem Netz, bevor du es ausschaltest.
}
report-sold = Hier verkaufte Tickets
report-save = Tabelle sichern (CSV)
report-save-log = Protokoll sichern
report-print = Drucken
report-no-print = Dieses Gerät kann nicht drucken. Sichere die Tabelle (CSV) und drucke sie anderswo.
report-saved = Gesichert: { $path }

## Abendkasse

office-title = Abendkasse
office-none = Dieses Gerät hat jetzt keine Tickets zu verkaufen. Der Veranstalter kann ihm welche geben, solange es Netz gibt.
office-sign-in = Melde dich zuerst an: Wer verkauft, steht im Protokoll.
office-what = Ticket
office-count = Wie viele
office-left = { $count ->
    [one] noch eines
   *[other] noch { $count }
}
office-until = bis { $time }
office-paid = Bezahlt
paid-cash = Bar
paid-card = Mit Karte, am eigenen Terminal
paid-gift = Umsonst ausgegeben
office-pin = PIN von { $name }
office-choose = Ticket und Zahlung wählen
office-sell = { $price } kassieren und verkaufen
office-give = Ausgeben
office-sold = { $count ->
    [one] Ein Ticket verkauft – { $price }
   *[other] { $count } Tickets verkauft – { $price }
}
office-code = QR-Code des Tickets
office-show = Lass den Gast den Code fotografieren oder drucke ihn.
office-another = Nächster Gast
office-again = Hier verkauft
office-again-text = Ein Ticket, dessen Code niemand gesehen hat, lässt sich noch einmal zeigen.
office-again-show = Ticket { $serial } zeigen
office-back = Zurück zur Abendkasse

## Austausch und Inneres

sync-title = Netz und Gerät
sync-online = Der Server ist erreichbar
sync-offline = Offline. Scannen geht weiter; das Protokoll wird später übertragen.
sync-now = Jetzt senden und abholen
sync-contact = Letzter Kontakt
sync-unsent = Noch nicht übertragen
sync-tickets = Tickets
sync-facts = Einträge aller Protokolle
sync-book = Daten der Veranstaltung
sync-revision = Stand der Tickets
sync-clock = Die Uhr weicht ab um
sync-store = Daten
sync-frames = Kamerabilder je Sekunde
sync-decode = Ein Bild lesen
sync-decide = Entscheiden
sync-folder = Ordner
sync-version = Version
sync-server = Server
sync-move = Diese Adresse benutzen
sync-logs = Protokolle hier
sync-log-line = bis { $seq }, übertragen bis { $acknowledged }
sync-forked = Zwei Verläufe: Veranstalter rufen
peers-title = Andere Geräte
peers-none = Keine erreichbar.
peers-own = Dieses Gerät ist erreichbar unter { $addresses }
peers-address = Adresse eines anderen Geräts
peers-address-hint = Wie 192.168.1.20:4433
peers-add = Verbinden
peers-forget = { $address } vergessen
peer-found = Gefunden
peer-connected = Verbunden
peer-unreachable = Nicht erreichbar
peer-refused = Keines von uns

## Einstellungen

settings-title = Einstellungen
settings-look = Aussehen
settings-language = Sprache
settings-theme = Farben
theme-system = Wie das System
theme-light = Hell
theme-dark = Dunkel
theme-contrast = Hoher Kontrast
theme-dark-room = Dunkler Raum
theme-dark-room-hint = Gedämpfte Farben: Die Augen bleiben an das Dunkel gewöhnt
settings-hand = Hand, die das Gerät hält
hand-left = Links
hand-right = Rechts
settings-verdicts = Urteile
settings-sound = Ton
settings-volume = Lautstärke
settings-haptics = Vibration
settings-admit = „Rein“ bleibt
settings-refuse = „Stopp“ bleibt
settings-tap = Bis zum Antippen
settings-camera = Kamera und Bildschirm
settings-which-camera = Kamera
settings-first-camera = Automatisch
settings-sleep = Kamera schläft zwischen Gästen
settings-sleep-hint = Spart Strom; eine Berührung weckt sie
settings-reader = Handscanner an einem seriellen Anschluss
settings-reader-hint = Einer, der wie eine Tastatur tippt, braucht hier nichts.
settings-no-reader = Keiner
reader-absent = Der Handscanner ist nicht da. Schließe ihn an oder wähle in den Einstellungen einen anderen Anschluss.
reader-busy = Ein anderes Programm benutzt den Handscanner. Schließe es; das Lesen geht von selbst weiter.
reader-denied = Dieses Programm darf den Handscanner nicht benutzen. Erlaube es im System (unter Linux die Gruppe dialout).
reader-unplugged = Der Handscanner wurde abgezogen. Schließe ihn an; das Lesen geht von selbst weiter.
reader-failed = Der Handscanner geht nicht. Zieh ihn ab und schließe ihn wieder an, oder nimm die Kamera.
settings-awake = Bildschirm bleibt an
settings-door = An der Tür
settings-kiosk = Kiosk
settings-kiosk-hint = Der ganze Bildschirm, und ohne Aufsicht nur das Scannen
settings-kiosk-everybody = Der ganze Bildschirm. Bei dieser Veranstaltung hat niemand Dienst, also bleibt jede Seite allen offen
settings-kiosk-nobody = Es hat keine Aufsicht Dienst, die es wieder ausschalten könnte
settings-unattended = Niemand steht hier
settings-unattended-hint = Was zu fragen wäre, wird abgewiesen
settings-relay = Drehkreuz öffnen, wenn ein Gast eingelassen wird
settings-lan = Mit Geräten nahebei austauschen
settings-lan-hint = Tore im selben Netz sehen die Scans der anderen ohne Server
settings-lock = Sperren ohne Berührung nach
settings-device = Dieses Gerät

## Wege, die seltener gegangen werden

more-conflicts = { $count ->
    [0] Keiner offen
    [one] Einer offen
   *[other] { $count } offen
}
more-station = Veranstaltung, Liste, Tor, Richtung, Probe
more-ready = Nachsehen, bevor die Türen öffnen
more-office = Tickets verkaufen oder ausgeben
more-report = Zahlen, Tabelle, Druck
more-settings = Aussehen, Ton, Kamera, Kiosk
more-lock = Verlangt eine PIN

## Was schiefgehen kann, und wie es weitergeht

problem-no-answer = Das Programm hinter diesem Bildschirm antwortet nicht. Bis es antwortet, darf dieser Bildschirm niemanden einlassen.
problem-program = Ein Fehler im Programm. Versuche es noch einmal; bleibt es so, starte das Programm neu und sage dem Veranstalter Bescheid.
problem-not-enrolled = Dieses Gerät ist noch nicht eingerichtet.
problem-already-enrolled = Dieses Gerät ist schon eingerichtet. Um es neu einzurichten, erst alles darauf löschen: Mehr, Einstellungen.
problem-locked = Entsperre zuerst das Gerät.
problem-revoked = Der Veranstalter hat dieses Gerät abgemeldet. Nimm ein anderes.
problem-code-malformed = Das ist kein Einrichtungscode. Sieh noch einmal nach oder lies seinen QR-Code.
problem-code-refused = Der Server nimmt diesen Code nicht an: vertippt, schon benutzt oder zu alt. Lass dir einen neuen geben.
problem-name-malformed = Gib dem Gerät einen Namen von 1 bis 80 Zeichen.
problem-address-malformed = Das ist keine Serveradresse. Sie beginnt mit https://
problem-server-unreachable = Unter dieser Adresse antwortet niemand. Prüfe Netz und Adresse. Scannen geht auch so.
problem-server-certificate = Dem Zertifikat des Servers ist nicht zu trauen. Mach nicht weiter; frage den Veranstalter.
problem-server-forgot = Der Server kennt dieses Gerät nicht mehr. Bitte den Veranstalter um einen neuen Einrichtungscode.
problem-server-unexpected = Der Server hat etwas Unerwartetes geantwortet ({ $status }). Versuche es später; Scannen geht weiter.
problem-exchange-failed = Der Austausch ist misslungen. Er wird von selbst wiederholt; Scannen geht weiter.
problem-peer-unreachable = Unter dieser Adresse antwortet kein Gerät.
problem-peer-refused = Das andere Gerät gehört einem anderen Veranstalter, oder eines der beiden ist neu: Verbinde beide einmal mit dem Server.
problem-passphrase-too-short = Mindestens 8 Zeichen.
problem-wrong-passphrase = Die Passphrase stimmt nicht.
problem-no-key-store = Dieser Rechner hat keinen Schlüsselbund. Wähle stattdessen eine Passphrase.
problem-key-store-locked = Der Schlüsselbund des Systems ist gesperrt oder antwortet nicht. Entsperre ihn oder melde dich an diesem Computer neu an und versuche es noch einmal.
problem-keys-missing = Die Schlüssel dieses Geräts sind weg. Lösche alles und richte es neu ein.
problem-keys-damaged = Die Schlüssel dieses Geräts sind nicht lesbar. Lösche alles und richte es neu ein.
problem-key-file = Die Schlüsseldatei ist nicht brauchbar: Andere dürfen sie lesen, oder sie ist beschädigt. Nimm allen anderen das Recht, sie zu lesen, und starte neu; bleibt es so, frage den Veranstalter, bevor du etwas löschst.
problem-store-in-use = Ein anderes Programm auf diesem Rechner benutzt die Daten dieses Scanners. Schließe es und versuche es noch einmal.
problem-store-newer = Eine neuere Version dieses Programms hat die Daten geschrieben. Installiere sie; nichts wurde geändert.
problem-store-key = Der Schlüssel öffnet die Daten nicht. Lösche alles und richte das Gerät neu ein.
problem-disk-full = Der Speicher ist voll: Dieses Gerät kann niemanden einlassen. Nimm ein anderes Gerät oder schaffe hier Platz; alles Gescannte bleibt erhalten.
problem-disk-failed = Der Speicher liest oder schreibt nicht. Nimm ein anderes Gerät.
problem-store-damaged = Die Daten sind beschädigt. Nimm ein anderes Gerät und frage den Veranstalter, bevor du hier etwas löschst.
problem-file-failed = Die Datei lässt sich nicht lesen oder schreiben. Sieh nach, ob ihr Ordner da ist und Platz hat, und versuche es noch einmal.
problem-unknown-event = Dieses Gerät arbeitet nicht mehr für diese Veranstaltung. Wähle eine andere.
problem-no-book = Die Veranstaltung ist noch nicht geladen. Verbinde das Gerät einmal mit dem Netz.
problem-unknown-list = Diese Liste gibt es nicht mehr. Wähle eine andere.
problem-unknown-gate = Dieses Tor gibt es nicht mehr. Wähle ein anderes.
problem-no-station = Wähle zuerst Veranstaltung, Liste und Tor.
problem-rehearsing = Das ist eine Probe. Beende sie zuerst: Dann geht es an der echten Tür.
problem-log-full = Das Protokoll dieses Geräts ist voll. Richte es neu ein.
problem-not-on-duty = Diese Person hat jetzt keinen Dienst.
problem-wrong-pin = Die PIN stimmt nicht.
problem-too-many-tries = Zu viele falsche PINs. Warte { $wait_secs } s.
problem-supervisor-only = Das darf nur die Aufsicht.
problem-not-recognised = Nicht erkannt. Nimm die PIN.
problem-no-picture = Das ist kein Bild, das sich lesen lässt.
problem-no-code = Im Bild ist kein QR-Code. Nimm es näher und gerade auf.
problem-nothing-waiting = Das ist schon erledigt. Scanne noch einmal.
problem-nothing-to-override = Scanne das Ticket noch einmal und rufe dann die Aufsicht.
problem-unknown-fact = Diesen Eintrag gibt es im Protokoll nicht. Suche den Gast und nimm es dort im Verlauf zurück.
problem-may-not-undo = Zu spät, um es hier zurückzunehmen. Die Aufsicht kann es.
problem-may-not-resolve = Das kann nur die Aufsicht im Dienst klären.
problem-unknown-ticket = Dieses Ticket ist hier nicht bekannt.
problem-search-too-short = Tippe mindestens { $least } Buchstaben eines Worts.
problem-search-off = Der Veranstalter hält Namen von Geräten fern. Frage an der Ticketkasse.
problem-nothing-to-sell = Dieses Gerät hat keine Tickets dieser Art mehr zu verkaufen. Der Veranstalter kann ihm mit Netz welche geben.
problem-lease-not-in-book = Diese Tickets sind noch nicht geladen. Verbinde das Gerät einmal mit dem Netz, dann verkaufe.
problem-sell-count = Verkaufe 1 bis { $most } Tickets auf einmal.
problem-unsent-facts = { $count ->
    [one] Ein Eintrag des Protokolls ist noch nicht übertragen und ginge verloren.
   *[other] { $count } Einträge des Protokolls sind noch nicht übertragen und gingen verloren.
}
