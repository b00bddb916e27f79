import type { Settings } from '$lib/api/types/Settings';
import { nearest, words } from '$lib/words/words.svelte';

/** What the screen looks like before the device says how it was set. */
export const USUAL: Settings = {
  language: '',
  theme: 'system',
  hand: 'right',
  sound: true,
  volume: 80,
  haptics: true,
  admit_secs: 3,
  refuse_secs: 0,
  camera: '',
  camera_sleeps: false,
  reader: '',
  keep_awake: true,
  lock_minutes: 0,
  kiosk: false,
  unattended: false,
  relay: false,
  lan: true,
};

/** Shows what is set: colours, language, direction of writing, the hand. */
export function dress(root: HTMLElement, settings: Settings, systemIsDark: boolean): void {
  words.language = nearest(
    settings.language === '' ? (globalThis.navigator?.languages ?? []) : [settings.language],
  );
  root.lang = words.language;
  root.dir = words.direction;
  const system = systemIsDark ? 'dark' : 'light';
  root.dataset['theme'] = settings.theme === 'system' ? system : settings.theme;
  // Hands are left and right in every direction of writing.
  const startsLeft = words.direction === 'ltr';
  root.dataset['handAt'] = startsLeft === (settings.hand === 'left') ? 'start' : 'end';
}
