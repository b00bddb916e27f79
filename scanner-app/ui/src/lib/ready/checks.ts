import type { CheckKind } from '$lib/api/types/CheckKind';
import type { CheckState } from '$lib/api/types/CheckState';

/** The words for each check and how it stands. */
export const CHECKS: Record<CheckKind, Record<CheckState, string>> = {
  manifest: {
    good: 'check-manifest-good',
    warn: 'check-manifest-warn',
    bad: 'check-manifest-bad',
    unknown: 'check-manifest-unknown',
  },
  book: {
    good: 'check-book-good',
    warn: 'check-book-warn',
    bad: 'check-book-bad',
    unknown: 'check-book-unknown',
  },
  clock: {
    good: 'check-clock-good',
    warn: 'check-clock-warn',
    bad: 'check-clock-bad',
    unknown: 'check-clock-unknown',
  },
  storage: {
    good: 'check-storage-good',
    warn: 'check-storage-warn',
    bad: 'check-storage-bad',
    unknown: 'check-storage-unknown',
  },
  battery: {
    good: 'check-battery-good',
    warn: 'check-battery-warn',
    bad: 'check-battery-bad',
    unknown: 'check-battery-unknown',
  },
  peers: {
    good: 'check-peers-good',
    warn: 'check-peers-warn',
    bad: 'check-peers-warn',
    unknown: 'check-peers-unknown',
  },
  camera: {
    good: 'check-camera-good',
    warn: 'check-camera-warn',
    bad: 'check-camera-bad',
    unknown: 'check-camera-unknown',
  },
  sound: {
    good: 'check-sound-good',
    warn: 'check-sound-warn',
    bad: 'check-sound-warn',
    unknown: 'check-sound-unknown',
  },
  keys: {
    good: 'check-keys-good',
    warn: 'check-keys-warn',
    bad: 'check-keys-bad',
    unknown: 'check-keys-unknown',
  },
  station: {
    good: 'check-station-good',
    warn: 'check-station-warn',
    bad: 'check-station-bad',
    unknown: 'check-station-unknown',
  },
  unsent: {
    good: 'check-unsent-good',
    warn: 'check-unsent-warn',
    bad: 'check-unsent-bad',
    unknown: 'check-unsent-unknown',
  },
};
