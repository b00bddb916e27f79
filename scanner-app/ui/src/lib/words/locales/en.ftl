# Every sentence of the screens, in English. Verdicts' own sentences are in shared-model/locales.
#
# Other languages have the same keys; a test compares them, and that each is used.

## Everywhere

close = Close
cancel = Cancel
back = Back
again = Check again
yes = Yes
no = No
never = Never
unknown = Not known
seconds = { $count } s
minutes = { $count } min
percent = { $count } %
megabytes = { $count } MB
milliseconds = { $count } ms
ticket = Ticket
rehearsal = Rehearsal
rehearsal-banner = Rehearsal: nothing counts
rehearsal-text = To practise: test tickets are let in, and nothing that is scanned counts.
rehearsal-begin = Begin rehearsal
rehearsal-end = End rehearsal
undo = Undo
undo-done = Taken back: the guest has not entered.
override = Override
settings = Settings
pin = PIN
pin-clear = Clear all
pin-back = Delete last
lock = Lock
device-own = This device
device-unknown = Unknown device
role-staff = Door staff
role-supervisor = Supervisor

## Around every page

nav = Pages
nav-scan = Scan
nav-search = Search
nav-room = Inside
nav-more = More
nav-supervisor = Supervisor
nav-conflicts = { $count ->
    [one] One open conflict
   *[other] { $count } open conflicts
}
badge-label = How this device stands
badge-online = Online
badge-offline = Offline – scanning goes on
badge-unsent = { $count } to send
badge-peers = { $count ->
    [one] 1 device near
   *[other] { $count } devices near
}
badge-downloading = Loading tickets
badge-clock = Clock uncertain

## Verdict

verdict-admit = LET IN
verdict-leave = LET OUT
verdict-refuse = STOP
verdict-ask = ASK
verdict-confirm = CHECK
verdict-next = Next
verdict-notes = Take note
verdict-history = History
verdict-overridden = By a supervisor
verdict-offline = Offline
verdict-behind = { $count ->
    [one] One more follows
   *[other] { $count } more follow
}
verdict-people = { $people } people
verdict-group = { $people ->
    [one] 1 person
   *[other] { $people } people
} – { $inside } of { $group } inside
due-optional = may stay empty
due-fewer = Fewer
due-more = More
due-stop = Do not let in
due-answer = Answer
due-confirm = Confirm
override-title = Let through all the same
override-text = A supervisor decides. It stays in the log, with name and reason.
supervisor-nobody = No supervisor is on duty at this event.
supervisor-pin = The supervisor’s PIN
override-why = Reason
override-let = Let through
override-known = The guest is known
override-elsewhere = Ticket was shown elsewhere
override-technical = Technical trouble
override-goodwill = Goodwill
override-other = Something else

## Scanning

scan-title = Scan
scan-event-gone = The organizer has deleted this event. Ask whether to go on, or choose another event under More.
scan-file = Picture
scan-type = Type code
scan-type-title = Type or paste a code
scan-code = Code
scan-code-hint = The text of the ticket’s code, beginning with TK1:
scan-check = Check code
scan-drop = Drop the picture here
scan-other-ways = A hand scanner works at any time. Pictures can be dropped or pasted here.
scan-last = Last let through:
direction-entry = In
direction-exit = Out
camera-picture = What the camera sees
camera-starting = Camera starts …
camera-asleep = The camera sleeps to save the battery
camera-wake = Wake camera
camera-again = Try again
camera-torch = Light
camera-zoom = Zoom
camera-missing = No camera found. Use a hand scanner, a picture, or type the code.
camera-missing-kiosk = No camera found. Hold the ticket before the hand scanner.
camera-busy = Another program uses the camera. Close it and try again.
camera-denied = The camera is not allowed. Allow it in the system’s settings and try again.
camera-gone = The camera is gone: another program has it, or an external one was unplugged. Try again.
camera-silent = The camera gives no pictures now. Wait a moment and try again; plug an external one in anew.
camera-failed = The camera gives no picture. Try again or use another one.

## Enrolment, unlocking, people

enrol-title = Set up this device
enrol-text = Ask the organizer for an enrolment code. Scan it with the camera or a hand scanner, open its link, or type it.
enrol-code = Enrolment code
enrol-code-hint = As in 7K3M-Q0ZT-94AB. It works once.
enrol-server = Server address
enrol-server-hint = As in https://tickets.example.org
enrol-name = Name of this device
enrol-name-hint = What colleagues will call it, as in “North gate 2”
enrol-no-key-store = This machine has no key store, so a passphrase protects the data. It is asked for at every start.
enrol-passphrase-instead = Or let a passphrase protect the data. It is asked for at every start.
enrol-passphrase = Passphrase
enrol-passphrase-hint = At least 8 characters
enrol-do = Set up
enrol-camera = Scan with the camera
enrol-camera-stop = Close the camera
unlock = Unlock
unlock-title = Locked
unlock-passphrase-text = The passphrase opens this device’s data.
unlock-pin-text = Choose your name and type your PIN. The log goes on being delivered meanwhile.
unlock-nobody = Nobody is on duty now who could open this device. Connect it, so that it hears who is.
unlock-connect = Connect now
unlock-biometrics = Finger or face
unlock-biometrics-question = Unlock with your finger or your face.
unlock-biometrics-instead = Use the PIN
operator-title = Who works here
operator-now = Now: { $name }
operator-none-now = Nobody is signed in
operator-who = Name
operator-in = Sign in
operator-out = Sign out
operator-empty = The organizer named nobody for this event. Scanning works without names.
revoked-title = Enrolment ended
revoked-text = The organizer ended this device’s enrolment. Tickets and names were deleted from it.
revoked-unsent = { $count ->
    [one] One entry of the log is not delivered yet. Keep the device and connect it to the network.
   *[other] { $count } entries of the log are not delivered yet. Keep the device and connect it to the network.
}
revoked-sent = The whole log was delivered.
revoked-deliver = Deliver now
revoked-again = Set up anew
failed-title = The data cannot be opened
failed-again = Try again
failed-no-key-store = The keys of this device are in the system’s key store, which does not run now. Sign in to the desktop or start it, then try again.
wipe = Delete everything
wipe-title = Delete everything on this device?
wipe-text = Tickets, names, log and keys are deleted. The device has to be set up anew.
wipe-do = Delete
wipe-force = Delete, and lose these entries

## Where it scans

station-title = Where you scan
station-event = Event
station-list = Check-in list
station-list-closed = Not open now
station-gate = Gate
station-no-gate = No gate
station-direction = Direction
station-begin = Start here
station-no-events = This device works for no event yet. The organizer can add it to one.
station-no-book = Not loaded yet: needs the network once

## Doors ready

ready-title = Ready to open?
ready-yes = Ready to open
ready-look = Doors can open. Look at what is marked first.
ready-no = Not ready yet
ready-sound = Test sound
ready-go = Scan
ready-unknown = at an unknown time
state-good = good
state-warn = needs a look
state-bad = bad
state-unknown = not known
check-manifest-good = All { $tickets } tickets are here; last contact { $ago }.
check-manifest-warn = { $tickets } tickets are here; last contact { $ago }. Connect once before opening.
check-manifest-bad = The tickets are not all here. Connect to the network and wait.
check-manifest-unknown = No contact with the server yet.
check-book-good = The event’s set-up is here (number { $number }, made { $ago }).
check-book-warn = The event’s set-up was made { $ago }. Connect once before opening.
check-book-bad = The event’s set-up is missing. Connect to the network.
check-book-unknown = It is not known how old the event’s set-up is.
check-clock-good = The clock is right.
check-clock-warn = The clock is off by { $off }, or was not compared for long. Connect once.
check-clock-bad = The clock is off by { $off }. Set it, then connect once.
check-clock-unknown = The clock was never compared with the server’s.
check-storage-good = Enough room on the disk ({ $free_mb } MB).
check-storage-warn = Little room on the disk ({ $free_mb } MB). Delete something.
check-storage-bad = Almost no room on the disk ({ $free_mb } MB). Delete something before opening.
check-storage-unknown = This machine does not say how much room the disk has.
check-battery-good = Battery at { $percent } %.
check-battery-warn = Battery at { $percent } %. Keep a charger near.
check-battery-bad = Battery at { $percent } %. Charge it before opening.
check-battery-unknown = No battery, or this machine does not say.
check-peers-good = { $peers ->
    [0] This is the only device of the event.
    [one] One other device is in reach.
   *[other] { $peers } other devices are in reach.
}
check-peers-warn = No other device is in reach. Double entries at other gates show only once there is a network.
check-peers-unknown = Other devices are not looked for.
check-camera-good = The camera gives a picture.
check-camera-warn = The camera gave no picture. The scan page says why; a hand scanner works too.
check-camera-bad = No camera. Use a hand scanner, or plug one in.
check-camera-unknown = The camera is being tried. Allow it where the system asks.
check-sound-good = Sound is on ({ $volume } %).
check-sound-warn = Sound is off or soft ({ $volume } %). Turn it up in the settings.
check-sound-unknown = Play the test sound to hear whether it works.
check-keys-good = The keys are in the system’s key store.
check-keys-warn = The keys are in a file. Keep this device safe.
check-keys-bad = The keys cannot be read. Set up the device anew.
check-keys-unknown = It is not known where the keys are.
check-station-good = List and gate are chosen, and the list is open.
check-station-warn = The chosen list is not open now.
check-station-bad = Choose event, list and gate.
check-station-unknown = It is not known whether the list is open.
check-unsent-good = The whole log is delivered.
check-unsent-warn = { $facts } entries of the log wait to be delivered.
check-unsent-bad = { $facts } entries of the log could not be delivered for long. Connect to the network.
check-unsent-unknown = It is not known what was delivered.

## Guests and tickets

search-title = Find a guest
search-label = Name, seat, order or ticket code
search-hint = One word of at least three letters is enough
search-do = Search
search-found = { $count ->
    [0] Nobody found
    [one] One ticket found
   *[other] { $count } tickets found
}
search-more = There are more. Type more letters.
ticket-number = Ticket { $serial }
ticket-tier = Ticket
ticket-date = Date
ticket-seat = Seat
ticket-order = Order
ticket-serial = Number
ticket-state = State
ticket-group = People
ticket-from = Valid from
ticket-until = Valid until
ticket-notes = Notes
ticket-attention = Needs attention
ticket-minor = Minor
ticket-companion = Companion
ticket-lists = On the lists
ticket-list-line = { $inside } inside · in { $entries } times · out { $exits } times
ticket-state-valid = Valid
ticket-state-pending = Not paid yet
ticket-state-unapproved = Not approved yet
ticket-state-blocked = Blocked
ticket-state-cancelled = Cancelled or refunded
ticket-state-expired = Not paid in time
ticket-state-disputed = Charged back
ticket-state-revoked = Revoked
why-title = If scanned here now
why-admit = This ticket would be let through.
history-title = History
history-empty = Not scanned yet, as far as is known here.
history-in = { $people ->
    [one] In
   *[other] In: { $people } people
}
history-out = { $people ->
    [one] Out
   *[other] Out: { $people } people
}
history-undone = Taken back
history-overridden = Let through by { $name }

## Conflicts

conflicts-title = Conflicts
conflicts-text = What gates without contact decided and cannot all be right. Nothing shown at a door changes; a supervisor says what it was.
conflicts-all = Show settled ones too
conflicts-none = No conflicts known here.
conflict-double-entry = Entered twice
conflict-after-revocation = Scanned after this device’s enrolment had ended
conflict-over-capacity = More people than the area holds
conflict-override-without-rights = Override without the right to it
conflict-annul-without-rights = Taken back without the right to it
conflict-device-not-enrolled = Scanned by a device that is not enrolled
conflict-clock-backwards = A clock went backwards
conflict-fork = Two devices send scans under one name
conflict-other = Something that a newer version knows
conflict-unreadable = Entry that cannot be read here
conflict-ticket = See the ticket
conflict-settle = Settle
outcome-innocent = Scanned twice by mistake
outcome-shared = Ticket shared
outcome-screenshot = Copied ticket
outcome-staff = Mistake by staff
resolve-title = Settle the conflict
resolve-what = What was it?
resolve-do = Settle

## The night in numbers

room-title = People inside
room-complete = All devices were heard of. As of { $time }.
room-incomplete = Not all devices were heard of: these numbers are the last known.
room-missing = Not heard of: { $names }
room-zone-of = { $name } – holds { $capacity }
room-lists = Lists
room-list = List
room-inside = Inside
room-people = Let in
room-tickets = Tickets
room-own = This device tonight
room-all = All known devices
room-refusals = Refused here, by reason
count-people = People let in
count-quarter = In the last 15 minutes
count-exits = Let out
count-refused = Refused
count-overridden = By a supervisor
count-undone = Taken back
count-tickets = Tickets that admit
report-title = Report of the night
report-made = { $device }, { $time }
report-entries = Entries
report-own = People let in here
report-conflicts = Conflicts
report-open = { $all }, of them open: { $open }
report-unsent = Not delivered yet
report-unsent-text = { $count ->
    [one] One entry of this device’s log is not delivered yet. Connect to the network before you switch it off.
   *[other] { $count } entries of this device’s log are not delivered yet. Connect to the network before you switch it off.
}
report-sold = Tickets sold here
report-save = Save table (CSV)
report-save-log = Save log file
report-print = Print
report-no-print = This device cannot print. Save the table (CSV) and print it elsewhere.
report-saved = Saved: { $path }

## Box office

office-title = Box office
office-none = This device has no tickets to sell now. The organizer can give it some while there is a network.
office-sign-in = Sign in first: who sells stays in the log.
office-what = Ticket
office-count = How many
office-left = { $count ->
    [one] one left
   *[other] { $count } left
}
office-until = until { $time }
office-paid = Paid
paid-cash = In cash
paid-card = By card, on its own terminal
paid-gift = Given out for free
office-pin = PIN of { $name }
office-choose = Choose ticket and payment
office-sell = Take { $price } and sell
office-give = Give out
office-sold = { $count ->
    [one] One ticket sold – { $price }
   *[other] { $count } tickets sold – { $price }
}
office-code = QR code of the ticket
office-show = Let the guest photograph the code, or print it.
office-another = Next guest
office-again = Sold here
office-again-text = A ticket whose code nobody saw can be shown again.
office-again-show = Show ticket { $serial }
office-back = Back to the box office

## Exchange and insides

sync-title = Network and device
sync-online = The server is in reach
sync-offline = Offline. Scanning goes on; the log is delivered later.
sync-now = Send and fetch now
sync-contact = Last contact
sync-unsent = Not delivered yet
sync-tickets = Tickets
sync-facts = Entries of all logs
sync-book = Set-up of the event
sync-revision = State of the tickets
sync-clock = Clock is off by
sync-store = Data
sync-frames = Camera frames a second
sync-decode = Reading a frame
sync-decide = Deciding
sync-folder = Folder
sync-version = Version
sync-server = Server
sync-move = Use this address
sync-logs = Logs held
sync-log-line = up to { $seq }, delivered up to { $acknowledged }
sync-forked = Two histories: call the organizer
peers-title = Other devices
peers-none = None in reach.
peers-own = This device listens at { $addresses }
peers-address = Address of another device
peers-address-hint = As in 192.168.1.20:4433
peers-add = Connect
peers-forget = Forget { $address }
peer-found = Found
peer-connected = Connected
peer-unreachable = Not in reach
peer-refused = Not one of ours

## Settings

settings-title = Settings
settings-look = Look
settings-language = Language
settings-theme = Colours
theme-system = As the system says
theme-light = Light
theme-dark = Dark
theme-contrast = High contrast
theme-dark-room = Dark room
theme-dark-room-hint = Dim colours: eyes stay used to the dark
settings-hand = Hand that holds the device
hand-left = Left
hand-right = Right
settings-verdicts = Verdicts
settings-sound = Sound
settings-volume = How loud
settings-haptics = Vibration
settings-admit = “Let in” stays for
settings-refuse = “Stop” stays for
settings-tap = Until a tap
settings-camera = Camera and screen
settings-which-camera = Camera
settings-first-camera = Automatic
settings-sleep = Camera sleeps between guests
settings-sleep-hint = Saves the battery; a touch wakes it
settings-reader = Hand scanner on a serial line
settings-reader-hint = One that types like a keyboard needs nothing here.
settings-no-reader = None
reader-absent = The hand scanner is not there. Plug it in, or choose another line in the settings.
reader-busy = Another program uses the hand scanner. Close it there; reading goes on by itself.
reader-denied = This program may not use the hand scanner. Allow it in the system’s settings (on Linux the group dialout).
reader-unplugged = The hand scanner was unplugged. Plug it in; reading goes on by itself.
reader-failed = The hand scanner does not work. Unplug it, plug it in again, or use the camera.
settings-awake = Screen stays on
settings-door = At the door
settings-kiosk = Kiosk
settings-kiosk-hint = The whole screen, and nothing but scanning without a supervisor
settings-kiosk-everybody = The whole screen. Nobody is on duty at this event, so every page stays open to everybody
settings-kiosk-nobody = No supervisor is on duty who could switch it off again
settings-unattended = Nobody stands here
settings-unattended-hint = Whatever would be asked is refused
settings-relay = Open the turnstile when a guest is let in
settings-lan = Exchange with devices near
settings-lan-hint = Gates on the same network see each other’s scans without a server
settings-lock = Lock without a touch after
settings-device = This device

## Ways that are walked less often

more-conflicts = { $count ->
    [0] None open
    [one] One open
   *[other] { $count } open
}
more-station = Event, list, gate, direction, rehearsal
more-ready = Look before doors open
more-office = Sell or give out tickets
more-report = Numbers, table, print
more-settings = Look, sound, camera, kiosk
more-lock = Asks for a PIN

## What can go wrong, and the way on

problem-no-answer = The program behind this screen does not answer. Nobody may be let in by this screen until it does.
problem-program = A fault in the program. Try again; if it stays so, start the program anew and tell the organizer.
problem-not-enrolled = This device is not set up yet.
problem-already-enrolled = This device is set up already. To set it up anew, delete everything on it first: More, Settings.
problem-locked = Unlock the device first.
problem-revoked = The organizer ended this device’s enrolment. Use another device.
problem-code-malformed = This is no enrolment code. Look at it again, or scan its QR code.
problem-code-refused = The server does not accept this code: mistyped, used already, or too old. Ask for a new one.
problem-name-malformed = Give the device a name of 1 to 80 characters.
problem-address-malformed = This is no server address. It begins with https://
problem-server-unreachable = Nobody answers at this address. Check network and address. Scanning works without it.
problem-server-certificate = The server’s certificate is not trusted. Do not go on; ask the organizer.
problem-server-forgot = The server does not know this device any more. Ask the organizer for a new enrolment code.
problem-server-unexpected = The server answered something unexpected ({ $status }). Try again later; scanning goes on.
problem-exchange-failed = The exchange failed. It is tried again by itself; scanning goes on.
problem-peer-unreachable = No device answers at this address.
problem-peer-refused = The other device belongs to another organizer, or one of the two is new: connect both to the server once.
problem-passphrase-too-short = At least 8 characters.
problem-wrong-passphrase = The passphrase is wrong.
problem-no-key-store = This machine has no key store. Choose a passphrase instead.
problem-key-store-locked = The system’s key store is locked or does not answer. Unlock it, or sign in to this computer again, then try again.
problem-keys-missing = The keys of this device are gone. Delete everything and set it up anew.
problem-keys-damaged = The keys of this device cannot be read. Delete everything and set it up anew.
problem-key-file = The key file cannot be used: others may read it, or it is damaged. Take the right to read it from all others and start again; if it stays so, ask the organizer before you delete anything.
problem-store-in-use = Another program on this machine is using the data of this scanner. Close it and try again.
problem-store-newer = A newer version of this program wrote the data. Install that version; nothing was changed.
problem-store-key = The key does not open the data. Delete everything and set the device up anew.
problem-disk-full = The disk is full: nobody can be let in by this device. Use another device, or make room here; everything scanned is kept.
problem-disk-failed = The disk does not read or write. Use another device.
problem-store-damaged = The data on this device is damaged. Use another device, and ask the organizer before you delete anything here.
problem-file-failed = The file cannot be read or written. Look whether its folder is there and has room, then try again.
problem-unknown-event = This device does not work for this event any more. Choose another one.
problem-no-book = The event is not loaded yet. Connect to the network once.
problem-unknown-list = This list is not there any more. Choose another one.
problem-unknown-gate = This gate is not there any more. Choose another one.
problem-no-station = Choose event, list and gate first.
problem-rehearsing = This is a rehearsal. End it first: then this works at the real door.
problem-log-full = This device’s log is full. Set the device up anew.
problem-not-on-duty = This person is not on duty now.
problem-wrong-pin = The PIN is wrong.
problem-too-many-tries = Too many wrong PINs. Wait { $wait_secs } s.
problem-supervisor-only = Only a supervisor may do this.
problem-not-recognised = Not recognised. Use the PIN.
problem-no-picture = This is no picture that can be read.
problem-no-code = There is no QR code in the picture. Take it nearer and straight.
problem-nothing-waiting = This was settled already. Scan again.
problem-nothing-to-override = Scan the ticket again, then override.
problem-unknown-fact = This entry is not in the log. Find the guest by the search and undo it in the history there.
problem-may-not-undo = Too late to undo here. A supervisor can.
problem-may-not-resolve = Only a supervisor on duty can settle this.
problem-unknown-ticket = This ticket is not known here.
problem-search-too-short = Type at least { $least } letters of one word.
problem-search-off = The organizer keeps names off devices. Ask at the ticket desk.
problem-nothing-to-sell = This device has no more tickets of this kind to sell. The organizer can give it some while there is a network.
problem-lease-not-in-book = These tickets are not loaded yet. Connect to the network once, then sell.
problem-sell-count = Sell 1 to { $most } tickets at once.
problem-unsent-facts = { $count ->
    [one] One entry of the log is not delivered yet and would be lost.
   *[other] { $count } entries of the log are not delivered yet and would be lost.
}
