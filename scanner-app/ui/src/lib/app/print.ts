import { inWindow } from '$lib/api';

/** Systems whose window of the app has nothing that prints, or may not use it. */
const PRINTLESS = /Android|iPhone|iPad|Macintosh/u;

/** Whether a page can be printed: browsers can, the app's own window on some systems only. */
export function prints(own: boolean, system: string): boolean {
  return !own || !PRINTLESS.test(system);
}

/** Whether this page can be printed. */
export const canPrint = (): boolean =>
  typeof globalThis.print === 'function' && prints(inWindow, navigator.userAgent);
