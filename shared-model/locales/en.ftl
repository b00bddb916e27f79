# Every sentence of a verdict, in English.
#
# reason-<code>       what the gate says; .todo: what the doorkeeper does
# cause-<code>        what has to be confirmed; .todo: how
# note-of-<code>      the label of a remark
# everything else     explanations; their values are listed in entry/words.rs
#
# Times, spans of time, names and days of the week come already worded, by the
# messages at the end of this file.

## Reasons

reason-malformed = Not a ticket
    .todo = Ask for the ticket's own code. It may be half covered or the code of something else.
reason-bad_signature = Forged or damaged ticket
    .todo = Do not let in. Ask for the original and call a supervisor.
reason-unknown_key = Ticket from an unknown seller
    .todo = Bring this device's event data up to date and scan again. If it stays so, call a supervisor.
reason-wrong_event = Ticket for another event
    .todo = Show the guest which event the ticket is for.
reason-unknown_ticket = Unknown ticket
    .todo = Bring this device's event data up to date and scan again. If it stays so, look the order up.
reason-revoked = Ticket revoked
    .todo = Do not let in. Send the guest to the ticket desk.
reason-cancelled = Order cancelled or refunded
    .todo = Send the guest to the ticket desk.
reason-blocked = Ticket blocked
    .todo = Call a supervisor; the organizer blocked this ticket.
reason-unapproved = Order not approved yet
    .todo = Ask the organizer to approve the order, then scan again.
reason-unpaid = Not paid
    .todo = Send the guest to the ticket desk to pay.
reason-not_yet_valid = Not valid yet
    .todo = Ask the guest to come back at the time shown.
reason-expired = No longer valid
    .todo = Send the guest to the ticket desk.
reason-wrong_tier = Wrong kind of ticket for this entrance
    .todo = Show the guest the entrance for this ticket.
reason-wrong_date = Ticket for another date
    .todo = Show the guest the date on the ticket.
reason-wrong_zone = Ticket does not open this area
    .todo = Show the guest the areas that the ticket opens.
reason-list_inactive = This entrance is not open
    .todo = Check which check-in list this device uses.
reason-rule = Not allowed by this entrance's rule
    .todo = Tell the guest what is missing.
reason-already_used = Already used
    .todo = Ask who used it. If it was an honest mistake, call a supervisor.
reason-checkout_required = Check out first
    .todo = Scan the guest out where they left, or call a supervisor.
reason-not_inside = Not inside
    .todo = Check that this is the right list. Call a supervisor to let the guest out.
reason-capacity = Full
    .todo = Ask the guest to wait until somebody leaves.
reason-ambiguous = Several tickets have this code
    .todo = Find the guest by name or order and scan that ticket.
reason-live_code_stale = Old code, maybe a screenshot
    .todo = Ask the guest to open the ticket in the app and show the code that moves.
reason-live_code_required = Only moving codes here
    .todo = Ask the guest to open the ticket in the app and show the code that moves.
reason-disputed = Payment charged back
    .todo = Do not let in. Call a supervisor.
reason-device_not_authorised = This device may not scan
    .todo = Hand the device to a supervisor and use another one.
reason-superseded = The guest has a newer ticket
    .todo = Ask for the newest ticket. It may belong to somebody else by now.
reason-staff_required = A person has to decide
    .todo = Send the guest to a staffed gate.

## Causes

cause-unpaid = Not paid, payable here
    .todo = Take the payment, then confirm.
cause-attention = This ticket asks for attention
    .todo = Read the notes, then confirm.
cause-group = How many come in?
    .todo = Count the guests and enter the number.
cause-clock_untrusted = This device's clock is uncertain
    .todo = Look at a clock you trust. Confirm only if the ticket is good at that time.
cause-live_code_stale = Old or unmoving code
    .todo = Ask for the code that moves, or check who the guest is, then confirm.
cause-lease_over = No contact, and this gate's share of the room is over
    .todo = Ask the other gates whether there is room, then confirm.

## Notes

note-of-dataless = Decided from the ticket alone
note-of-unsigned = Imported code, not signed
note-of-id_check = Check identity
note-of-minor = Minor
note-of-companion = Companion
note-of-test = Test ticket
note-of-unpaid = Not paid
note-of-overridden = Override
note-of-odd_exit = Odd exit
note-of-clock_untrusted = Clock uncertain
note-of-book_old = Event data may be old
note-of-add_on = Add-on
note-of-capacity_unknown = Room not known
note-of-live_code_stale = Code old or not moving

## Explanations: device and code

device-unknown = This device is not on the event's list of devices.
device-not-active = { $device } is not enrolled for this time.
code-malformed = This code is not a ticket.
code-length = This ticket code is incomplete or too long.
code-version = This ticket code is newer than this app.
code-signature = The signature does not fit the ticket.
code-live-forged = The moving part of the code was not made by the holder's device.
key-unknown = The ticket is signed with key { $kid }, which this device does not know; its event data may be old.
key-range = Key { $kid } may not sign this ticket.
key-limits = The ticket gives more than the box office with key { $kid } may sell.
key-not-active = Tickets of key { $kid } are not accepted at this time.
other-event = The ticket is for event { $event }.
serial-unknown = The organizer has no ticket number { $serial }.
foreign-unknown = No ticket has this code.
foreign-ambiguous = { $count } valid tickets have this code.
add-on-ambiguous = { $count } unused add-ons of this ticket are on this list.

## Explanations: ticket

revoked = The ticket was revoked.
cancelled = The order was cancelled or refunded.
payment-deadline = The order was cancelled because it was not paid in time.
superseded = This is issue { $shown } of the ticket; { $newest } is the newest.
disputed = The payment was charged back.
blocked = The organizer blocked this ticket.
test-ticket = A test ticket only counts in a rehearsal.
unapproved = The organizer has not approved the order yet.
valid-from = Valid from { $at }, { $in }.
valid-until = Was valid until { $at }, { $ago }.
live-stale = The moving code is too old.
live-missing = The code does not move.
unpaid = The order is not paid.
payable-here = The order is not paid; it can be paid here.
attention = The ticket asks for attention.

## Explanations: list

list-unknown = This device's event data has no list { $list } and may be old.
list-not-here = { $list } is not used at { $gate }.
list-from = { $list } opens { $at }, { $in }.
list-until = { $list } closed { $at }, { $ago }.
tier-unknown = This device's event data may be old: it has no tier { $tier }.
tier-not-on-list = { $list } takes { $names }; this is { $tier }.
no-add-on = { $list } takes { $names }; this { $tier } has no such add-on.
other-date = The ticket is for { $date }; this entrance is for { $wanted }.
no-date = The ticket is for no particular date; this entrance is for { $wanted }.
zone-closed = The ticket does not open { $zone }.

## Explanations: rules

rule = The rule of { $list } does not allow this entry.
rule-unreadable = The rule of { $list } cannot be used: { $problem }.
rule-missing = The event has no { $variable ->
    [date_to] end
    [date_admission] admission time
   *[date_from] begin
 }, so the rule cannot be checked.
rule-from = Entry from { $at }, { $in }.
rule-until = Entry was until { $at }, { $ago }.
rule-weekday = Only on { $days }.
rule-gate = Only at { $names }.
rule-gate-not = Not at { $names }.
rule-product = Only with { $names }.
rule-product-not = Not with { $names }.
rule-variation = Only with { $names }.
rule-variation-not = Not with { $names }.
rule-count = { $variable ->
    [entries_number] Entries so far
    [entries_today] Entries today
    [entries_days] Days with an entry
    [minutes_since_last_entry] Minutes since the last entry
    [minutes_since_first_entry] Minutes since the first entry
    [entries_since] Entries since that time
    [entries_before] Entries before that time
    [entries_days_since] Days with an entry since that time
    [entries_days_before] Days with an entry before that time
   *[other] The number
 }: { $have }; allowed { $sign ->
    [less] below
    [less_or_equal] up to
    [greater] above
    [greater_or_equal] from
    [not_equal] anything but
   *[other] exactly
 } { $want }.
rule-wait = { $variable ->
    [minutes_since_first_entry] The first entry was
   *[minutes_since_last_entry] The last entry was
 } { $have } min ago; allowed { $sign ->
    [greater] after more than
    [not_equal] not after
   *[other] after
 } { $want } min, { $in }.
rule-number = { $variable }: { $have }; allowed { $names }.
rule-number-not = { $variable }: { $have }; not allowed { $names }.
rule-status = { $status ->
    [present] Only for guests who are inside.
   *[absent] Only for guests who are outside.
 }
rule-date = Only if { $earlier } comes before { $later }.
rule-never = Nothing can meet this rule.

## Explanations: questions

questions-due = { $count ->
    [one] One question needs an answer.
   *[other] { $count } questions need an answer.
 }
answer-required = An answer is needed.
answer-yes = The answer has to be yes.
answer-yes-no = Answer yes or no.
answer-too-long = At most { $longest } characters.
answer-number = A whole number is needed.
answer-min = At least { $min }.
answer-max = At most { $max }.
answer-choice = One of { $names }.
answer-date = A date is needed, as in 2026-06-20.
answer-unknown = There is no such question.

## Explanations: history and room

already-used = Already used at { $gate } by { $device }, { $ago }.
used-today = Already used { $limit ->
    [one] once
   *[other] { $limit } times
 } today, last at { $gate } by { $device }, { $ago }.
used-up = Already used { $limit ->
    [one] once
   *[other] { $limit } times
 }, last at { $gate } by { $device }, { $ago }.
already-inside = Already inside: entered at { $gate } by { $device }, { $ago }. May enter again after an exit.
no-entries = { $list } lets nobody in.
checkout-first = Already inside: entered at { $gate } by { $device }, { $ago }. Has to check out first.
not-inside = Nobody is inside on this ticket in { $list }.
group-count = { $left } of { $group } may still come in.
group-too-many = { $count } is not possible: { $left } of { $group } may still come in.
zone-full = { $zone } is full: { $inside } of { $capacity } are in.
lease-spent = { $left ->
    [0] This gate's share of { $zone } is used up.
   *[other] This gate may let { $left } more into { $zone }.
 }
lease-over = This gate's share of { $zone } ended { $at }.

## Explanations: people and clock

staff-required = This gate cannot ask.
clock-untrusted = By this device's clock, which is uncertain:
override-without-rights = { $operator } may not override at this time.

## Explanations: notes

note-dataless = This device has no data of the ticket; decided from what is signed in it.
note-unsigned = The code comes from another system and proves nothing by itself.
note-id-check = Check the guest's identity.
note-minor = The guest is a minor.
note-companion = The guest accompanies somebody.
note-test = A test ticket, in rehearsal.
note-unpaid = The order is not paid.
note-overridden = Let pass by { $operator } in spite of:
note-odd-exit = This exit is odd:
note-clock-untrusted = The clock of this device is uncertain.
note-book-old = The event data on this device, number { $number }, may be old.
note-add-on = { $tier } of this ticket was used.
note-capacity-unknown = How many are in { $zone } is not known here.
note-live-code = The code was old or did not move.

## Wording of values

time-today = { $clock }
time-other-day = { $weekday } { $date } { $clock }
span-minutes = { $count } min
span-hours = { $count } h
span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
 }
since = { $span } ago
since-now = just now
until = in { $span }
until-now = in less than a minute
operator = Operator { $number }
names-or = { $names } or { $last }
weekday = { $number ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
 }
