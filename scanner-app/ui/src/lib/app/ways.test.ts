import type { Overview } from '$lib/api/types/Overview';
import { USUAL } from '$lib/settings/appearance';
import { describe, expect, it } from 'vitest';
import { homeOf, mayStay } from './ways';

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
    const settings = { ...USUAL, kiosk: true };
    expect(mayStay('/settings', overview({ station, settings }))).toBe(false);
    expect(mayStay('/search', overview({ station, settings }))).toBe(false);
    expect(mayStay('/operator', overview({ station, settings }))).toBe(true);
    const operator = { operator: 1, name: 'Ada', role: 'supervisor', has_pin: true } as const;
    expect(mayStay('/settings', overview({ station, settings, operator }))).toBe(true);
  });
});
