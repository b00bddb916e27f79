/** The only way to the program behind the screens. */
import { isTauri } from '@tauri-apps/api/core';
import type { Backend } from './backend';
import { HttpBackend } from './http';
import { TauriBackend } from './tauri';

export { NotDone, problemOf } from './backend';
export type { Asking, Backend, Do, Preview, Problem } from './backend';

/** Whether this page is the app's own window and no browser. */
export const inWindow = isTauri();

/** The program: the one of this window, or the one that served this page. */
export const backend: Backend = inWindow ? new TauriBackend() : new HttpBackend(location.origin);
