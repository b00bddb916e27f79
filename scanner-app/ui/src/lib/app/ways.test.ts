import { USUAL } from '$lib/settings/appearance';
import { describe, expect, it } from 'vitest';
import { overview, STAFF, STATION as station, SUPERVISOR } from './sample';
import { homeOf, kioskEnds, kioskHolds, mayStay } from './ways';

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
    const kiosk = { station, settings: { ...USUAL, kiosk: true }, operators: [SUPERVISOR, STAFF] };
    expect(mayStay('/settings', overview(kiosk))).toBe(false);
    expect(mayStay('/search', overview({ ...kiosk, operator: STAFF }))).toBe(false);
    expect(mayStay('/operator', overview(kiosk))).toBe(true);
    expect(mayStay('/settings', overview({ ...kiosk, operator: SUPERVISOR }))).toBe(true);
  });

  it('holds nobody where nobody could sign in', () => {
    const kiosk = { station, settings: { ...USUAL, kiosk: true } };
    expect(kioskHolds(overview(kiosk))).toBe(false);
    expect(mayStay('/settings', overview(kiosk))).toBe(true);
  });

  it('becomes a kiosk only where somebody could end it', () => {
    expect(kioskEnds(overview({}))).toBe(true);
    expect(kioskEnds(overview({ operators: [STAFF] }))).toBe(false);
    expect(kioskEnds(overview({ operators: [STAFF, SUPERVISOR] }))).toBe(true);
  });
});
