import type { Overview } from '$lib/api/types/Overview';

/** Pages that can be reached in every phase. */
const ALWAYS = ['/settings'];
/** Pages that a kiosk shows without a supervisor. */
const KIOSK = ['/', '/operator'];

/**
 * Whether nothing but the door may be reached: a kiosk without a supervisor.
 *
 * Where nobody is there to sign in, everybody may do what supervisors may, as in the program behind.
 */
export function kioskHolds({ settings, operator, operators }: Overview): boolean {
  return settings.kiosk && operators.length > 0 && operator?.role !== 'supervisor';
}

/** Whether somebody could switch a kiosk off again. */
export function kioskEnds({ operators }: Overview): boolean {
  return operators.length === 0 || operators.some(({ role }) => role === 'supervisor');
}

/** Where a window begins, by what can be done now. */
export function homeOf({ phase, station }: Overview): string {
  switch (phase.is) {
    case 'fresh':
      return '/enrol';
    case 'locked':
      return '/unlock';
    case 'revoked':
      return '/revoked';
    case 'failed':
      return '/failed';
    case 'open':
      return station ? '/' : '/station';
  }
}

/** Whether the page `path` makes sense now. */
export function mayStay(path: string, overview: Overview): boolean {
  const home = homeOf(overview);
  if (path === home || (ALWAYS.includes(path) && !kioskHolds(overview))) return true;
  if (overview.phase.is !== 'open') return false;
  if (['/enrol', '/unlock', '/revoked', '/failed'].includes(path)) return false;
  if (!overview.station) return ['/station', '/operator', '/sync', '/more'].includes(path);
  return !kioskHolds(overview) || KIOSK.includes(path);
}
