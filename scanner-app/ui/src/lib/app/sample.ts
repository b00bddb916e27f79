import type { OperatorView } from '$lib/api/types/OperatorView';
import type { Overview } from '$lib/api/types/Overview';
import { USUAL } from '$lib/settings/appearance';

/** A station for tests. */
export const STATION: Overview['station'] = {
  event: 1,
  event_name: 'Night',
  list: 1,
  list_name: 'Main',
  gate: 0,
  gate_name: '',
  direction: 'entry',
  rehearsal: false,
  utc_offset_secs: 0,
};

/** People on duty for tests. */
export const SUPERVISOR: OperatorView = {
  operator: 1,
  name: 'Vera',
  role: 'supervisor',
  has_pin: true,
};
export const STAFF: OperatorView = { operator: 2, name: 'Ana', role: 'staff', has_pin: false };

/** How a device stands, for tests: open, and nobody chose anything yet. */
export const overview = (change: Partial<Overview> = {}): Overview => ({
  phase: { is: 'open' },
  version: '1',
  settings: { ...USUAL, language: 'en' },
  device: null,
  events: [],
  station: null,
  operator: null,
  operators: [],
  badge: null,
  link: null,
  reader: null,
  ...change,
});
