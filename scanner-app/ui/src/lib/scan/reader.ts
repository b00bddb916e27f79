import type { ReaderTrouble } from '$lib/api/types/ReaderTrouble';

/** The words for a hand scanner on a serial line that gives no codes. */
export const READER: Record<ReaderTrouble, string> = {
  absent: 'reader-absent',
  busy: 'reader-busy',
  denied: 'reader-denied',
  unplugged: 'reader-unplugged',
  failed: 'reader-failed',
};
