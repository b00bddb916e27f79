import type { Resolve } from '$lib/api/types/Resolve';

/** The words for each kind of conflict. */
export const KINDS: Record<string, string> = {
  double_entry: 'conflict-double-entry',
  after_revocation: 'conflict-after-revocation',
  over_capacity: 'conflict-over-capacity',
  override_without_rights: 'conflict-override-without-rights',
  annul_without_rights: 'conflict-annul-without-rights',
  device_not_enrolled: 'conflict-device-not-enrolled',
  clock_backwards: 'conflict-clock-backwards',
  fork: 'conflict-fork',
};

/** The words for what a conflict turned out to be. */
export const OUTCOMES: Record<Resolve['outcome'], string> = {
  innocent_rescan: 'outcome-innocent',
  shared_ticket: 'outcome-shared',
  screenshot_fraud: 'outcome-screenshot',
  staff_error: 'outcome-staff',
};
