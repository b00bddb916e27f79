//! The keys of all explanations, and the values that each carries.
//!
//! A key is stable: screens and translations refer to it. `locales/en.ftl` has a
//! sentence for each; a test holds the two together. No value is ever a person's
//! name, because explanations are kept and sent on.

macro_rules! keys {
    ($($(#[$doc:meta])* $variant:ident = $code:literal [$($arg:literal),*];)*) => {
        /// A sentence that explains.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Key { $($(#[$doc])* $variant,)* }

        impl Key {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The key as explanations and translations write it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The names of the values that go with it.
            #[must_use]
            pub const fn args(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($arg),*],)* }
            }

            /// The key that `code` spells.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|key| key.code() == code)
            }
        }

        impl From<Key> for String {
            fn from(key: Key) -> Self {
                key.code().to_owned()
            }
        }
    };
}

keys! {
    /// The device is not in the roster.
    DeviceUnknown = "device-unknown" [];
    /// The device is in the roster, but not for now.
    DeviceNotActive = "device-not-active" ["device"];

    /// The text is neither a token nor a code that could be foreign.
    CodeMalformed = "code-malformed" [];
    /// The text begins like a token, and is too short or too long.
    CodeLength = "code-length" [];
    /// A token of a version or type that this program does not know.
    CodeVersion = "code-version" [];
    /// The signature does not fit.
    CodeSignature = "code-signature" [];
    /// The moving part was not made by the holder.
    CodeLiveForged = "code-live-forged" [];
    /// The book names no such key.
    KeyUnknown = "key-unknown" ["kid"];
    /// The key may not sign this serial.
    KeyRange = "key-range" ["kid"];
    /// The ticket states more than the key's box office may sell.
    KeyLimits = "key-limits" ["kid"];
    /// Tickets of the key are not accepted yet, or no longer.
    KeyNotActive = "key-not-active" ["kid"];
    /// The ticket of another event.
    OtherEvent = "other-event" ["event"];
    /// A genuine ticket that the manifest should have and has not.
    SerialUnknown = "serial-unknown" ["serial"];
    /// No ticket has this foreign code.
    ForeignUnknown = "foreign-unknown" [];
    /// Several valid tickets have this foreign code.
    ForeignAmbiguous = "foreign-ambiguous" ["count"];
    /// Several unused add-ons of this ticket are on the list.
    AddOnAmbiguous = "add-on-ambiguous" ["count"];

    /// The ticket was revoked.
    Revoked = "revoked" [];
    /// The order was cancelled or refunded.
    Cancelled = "cancelled" [];
    /// The order was not paid in time.
    PaymentDeadline = "payment-deadline" [];
    /// There is a newer issue of this ticket.
    Superseded = "superseded" ["shown", "newest"];
    /// The payment was charged back.
    Disputed = "disputed" [];
    /// The organizer blocked the ticket.
    Blocked = "blocked" [];
    /// A test ticket outside of a rehearsal.
    TestTicket = "test-ticket" [];
    /// The order awaits approval.
    Unapproved = "unapproved" [];

    /// The validity begins later.
    ValidFrom = "valid-from" ["at", "in"];
    /// The validity is over.
    ValidUntil = "valid-until" ["at", "ago"];
    /// The rotating code is too old.
    LiveStale = "live-stale" [];
    /// The code does not rotate.
    LiveMissing = "live-missing" [];

    /// This device's book has no such list.
    ListUnknown = "list-unknown" ["list"];
    /// The list is not for this gate.
    ListNotHere = "list-not-here" ["list", "gate"];
    /// The list opens later.
    ListFrom = "list-from" ["list", "at", "in"];
    /// The list is closed for good.
    ListUntil = "list-until" ["list", "at", "ago"];
    /// This device's book has no such tier.
    TierUnknown = "tier-unknown" ["tier"];
    /// The list does not take the tier.
    TierNotOnList = "tier-not-on-list" ["tier", "list", "names"];
    /// No add-on of this ticket is on the list.
    NoAddOn = "no-add-on" ["tier", "list", "names"];
    /// The ticket is for another date.
    OtherDate = "other-date" ["date", "wanted"];
    /// The ticket is for no particular date.
    NoDate = "no-date" ["wanted"];
    /// The ticket does not open the zone.
    ZoneClosed = "zone-closed" ["zone"];

    /// The order is not paid.
    Unpaid = "unpaid" [];
    /// The order is not paid, and can be paid here.
    PayableHere = "payable-here" [];

    /// The rule does not hold; the parts say why.
    Rule = "rule" ["list"];
    /// The rule of the list cannot be used.
    RuleUnreadable = "rule-unreadable" ["list", "problem"];
    /// A moment that the event does not have.
    RuleMissing = "rule-missing" ["variable"];
    /// From a time on.
    RuleFrom = "rule-from" ["at", "in"];
    /// Until a time that has passed.
    RuleUntil = "rule-until" ["at", "ago"];
    /// On some days of the week only.
    RuleWeekday = "rule-weekday" ["days"];
    /// At some gates only.
    RuleGate = "rule-gate" ["names"];
    /// Not at some gates.
    RuleGateNot = "rule-gate-not" ["names"];
    /// With some tiers only.
    RuleProduct = "rule-product" ["names"];
    /// Not with some tiers.
    RuleProductNot = "rule-product-not" ["names"];
    /// With some variations only.
    RuleVariation = "rule-variation" ["names"];
    /// Not with some variations.
    RuleVariationNot = "rule-variation-not" ["names"];
    /// A count that is too low or too high.
    RuleCount = "rule-count" ["variable", "have", "sign", "want"];
    /// Minutes that have to pass first.
    RuleWait = "rule-wait" ["variable", "have", "sign", "want", "in"];
    /// A count that has to be one of some.
    RuleNumber = "rule-number" ["variable", "have", "names"];
    /// A count that must not be one of some.
    RuleNumberNot = "rule-number-not" ["variable", "have", "names"];
    /// The guest has to be inside, or outside.
    RuleStatus = "rule-status" ["status"];
    /// Two fixed times in the wrong order.
    RuleDate = "rule-date" ["earlier", "later"];
    /// Nothing can make it hold.
    RuleNever = "rule-never" [];

    /// Questions that nobody here can put.
    QuestionsDue = "questions-due" ["count"];
    /// The question needs an answer.
    AnswerRequired = "answer-required" [];
    /// The answer has to be yes.
    AnswerYes = "answer-yes" [];
    /// The answer is neither yes nor no.
    AnswerYesNo = "answer-yes-no" [];
    /// The answer is too long.
    AnswerTooLong = "answer-too-long" ["longest"];
    /// The answer is not a whole number.
    AnswerNumber = "answer-number" [];
    /// The number is too small.
    AnswerMin = "answer-min" ["min"];
    /// The number is too large.
    AnswerMax = "answer-max" ["max"];
    /// The answer is not one of the choices.
    AnswerChoice = "answer-choice" ["names"];
    /// The answer is not a date.
    AnswerDate = "answer-date" [];
    /// There is no such question.
    AnswerUnknown = "answer-unknown" [];

    /// The ticket asks for attention.
    Attention = "attention" [];

    /// The ticket was used.
    AlreadyUsed = "already-used" ["gate", "device", "at", "ago"];
    /// The ticket was used as often as it may be today.
    UsedToday = "used-today" ["limit", "gate", "device", "at", "ago"];
    /// The ticket was used as often as it may be.
    UsedUp = "used-up" ["limit", "gate", "device", "at", "ago"];
    /// The guest is inside; the ticket admits again after an exit.
    AlreadyInside = "already-inside" ["gate", "device", "at", "ago"];
    /// The list lets nobody in.
    NoEntries = "no-entries" ["list"];
    /// The guest has to check out first.
    CheckoutFirst = "checkout-first" ["gate", "device", "at", "ago"];
    /// Nobody is inside on this ticket.
    NotInside = "not-inside" ["list"];
    /// A group: how many come in?
    GroupCount = "group-count" ["left", "group"];
    /// More than the group has left, or none.
    GroupTooMany = "group-too-many" ["count", "left", "group"];

    /// The zone is full.
    ZoneFull = "zone-full" ["zone", "capacity", "inside"];
    /// This device's share of the zone is used up.
    LeaseSpent = "lease-spent" ["zone", "left"];
    /// This device's share of the zone ended without contact.
    LeaseOver = "lease-over" ["zone", "at"];

    /// A person is needed, and this gate has none; the parts say for what.
    StaffRequired = "staff-required" [];
    /// The clock is uncertain; the parts say what it would refuse.
    ClockUntrusted = "clock-untrusted" [];
    /// Only a supervisor on duty may override.
    OverrideWithoutRights = "override-without-rights" ["operator"];

    /// Decided from the ticket's signed facts alone.
    NoteDataless = "note-dataless" [];
    /// An imported code without a signature.
    NoteUnsigned = "note-unsigned" [];
    /// Identity is checked.
    NoteIdCheck = "note-id-check" [];
    /// The ticket of a minor.
    NoteMinor = "note-minor" [];
    /// The ticket of a companion.
    NoteCompanion = "note-companion" [];
    /// A test ticket, in rehearsal.
    NoteTest = "note-test" [];
    /// Not paid, let in all the same.
    NoteUnpaid = "note-unpaid" [];
    /// A supervisor let it pass; the parts say in spite of what.
    NoteOverridden = "note-overridden" ["operator"];
    /// An odd exit; the parts say why.
    NoteOddExit = "note-odd-exit" [];
    /// The clock is uncertain.
    NoteClockUntrusted = "note-clock-untrusted" [];
    /// This device's event data may be old.
    NoteBookOld = "note-book-old" ["number"];
    /// The add-on of the scanned ticket was admitted.
    NoteAddOn = "note-add-on" ["tier"];
    /// How many are in the zone is not known here.
    NoteCapacityUnknown = "note-capacity-unknown" ["zone"];
    /// The rotating code was old or missing.
    NoteLiveCode = "note-live-code" [];
}
