import type { Shown } from '$lib/api/types/Shown';
import type { TicketView } from '$lib/api/types/TicketView';

/** A ticket for tests. */
export const TICKET: TicketView = {
  serial: 7,
  tier: 'Standing',
  occurrence: '',
  name: 'Ada Lovelace',
  seat: 'Row 3',
  notes: '',
  order_code: 'ABCDE',
  state: 'valid',
  group: 1,
  attention: false,
  minor: false,
  companion: false,
};

/** A verdict for tests: an admission, as far as it is not changed. */
export const sample = (change: Partial<Shown> = {}): Shown => ({
  outcome: 'admit',
  wish: '00',
  reason: null,
  todo: '',
  notes: [],
  attention: false,
  people: 1,
  admitted_of: null,
  questions: [],
  confirm: [],
  ticket: TICKET,
  direction: 'entry',
  fact: null,
  may_override: false,
  overridden: false,
  rehearsal: false,
  at: 0,
  decide_us: 0,
  ...change,
});
