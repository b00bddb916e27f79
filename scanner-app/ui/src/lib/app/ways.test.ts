import type { OperatorView } from '$lib/api/types/OperatorView';
import type { Overview } from '$lib/api/types/Overview';
import { USUAL } from '$lib/settings/appearance';
import { describe, expect, it } from 'vitest';
import { homeOf, kioskEnds, kioskHolds, mayStay } from './ways';

const overview = (change: Partial<Overview>): Overview => ({
  phase: { is: 'open' },
  version: '1',
  settings: USUAL,
  device: null,
  events: [],
  station: null,
  operator: null,
  operators: [],
  badge: null,
  link: null,
  ...change,
});
const station: Overview['station'] = {
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
const ada: OperatorView = { operator: 1, name: 'Ada', role: 'supervisor', has_pin: true };
const bob: OperatorView = { operator: 2, name: 'Bob', role: 'staff', has_pin: false };

describe('the way through the app', () => {
  it('begins where the device stands', () => {
    expect(homeOf(overview({ phase: { is: 'fresh' } }))).toBe('/enrol');
    expect(homeOf(overview({ phase: { is: 'locked', by: 'pin' } }))).toBe('/unlock');
    expect(homeOf(overview({ phase: { is: 'revoked', unsent: 3 } }))).toBe('/revoked');
    expect(homeOf(overview({}))).toBe('/station');
    expect(homeOf(overview({ station }))).toBe('/');
  });

  it('shows no guests before it is unlocked', () => {
    expect(mayStay('/search', overview({ phase: { is: 'locked', by: 'pin' }, station }))).toBe(
      false,
    );
    expect(mayStay('/search', overview({ station }))).toBe(true);
  });

  it('does not scan before it is said where', () => {
    expect(mayStay('/', overview({}))).toBe(false);
  });

  it('holds a kiosk at the door until a supervisor comes', () => {
    const kiosk = { station, settings: { ...USUAL, kiosk: true }, operators: [ada, bob] };
    expect(mayStay('/settings', overview(kiosk))).toBe(false);
    expect(mayStay('/search', overview({ ...kiosk, operator: bob }))).toBe(false);
    expect(mayStay('/operator', overview(kiosk))).toBe(true);
    expect(mayStay('/settings', overview({ ...kiosk, operator: ada }))).toBe(true);
  });

  it('holds nobody where nobody could sign in', () => {
    const kiosk = { station, settings: { ...USUAL, kiosk: true } };
    expect(kioskHolds(overview(kiosk))).toBe(false);
    expect(mayStay('/settings', overview(kiosk))).toBe(true);
  });

  it('becomes a kiosk only where somebody could end it', () => {
    expect(kioskEnds(overview({}))).toBe(true);
    expect(kioskEnds(overview({ operators: [bob] }))).toBe(false);
    expect(kioskEnds(overview({ operators: [bob, ada] }))).toBe(true);
  });
});
