import { backend, problemOf, type Asking, type Do, type Problem } from '$lib/api';
import type { Answers } from '$lib/api/types/Answers';
import type { Badge } from '$lib/api/types/Badge';
import type { CameraState } from '$lib/api/types/CameraState';
import type { Changed } from '$lib/api/types/Changed';
import type { Event } from '$lib/api/types/Event';
import type { LinkView } from '$lib/api/types/LinkView';
import type { Overview } from '$lib/api/types/Overview';
import type { ReaderState } from '$lib/api/types/ReaderState';
import type { Reads } from '$lib/api/types/Reads';
import type { Settings } from '$lib/api/types/Settings';
import { USUAL } from '$lib/settings/appearance';
import { play, shake } from '$lib/verdict/sound';
import { nearest } from '$lib/words/words.svelte';
import { kioskHolds } from './ways';

/** What became of a request: its answer, or why it was not done. */
export type Done<D extends Do> =
  { answer: Answers[D]; problem?: undefined } | { answer?: undefined; problem: Problem };

/** Asks the program; what goes wrong is given back and shown where it was asked. */
export async function ask<D extends Do>(request: Asking<D>): Promise<Done<D>> {
  try {
    return { answer: await backend.ask(request) };
  } catch (thrown) {
    return { problem: problemOf(thrown) };
  }
}

/** What every screen knows: how the device stands, who works here, and the calm line. */
class App {
  overview = $state<Overview>();
  badge = $state<Badge>();
  camera = $state<CameraState>();
  /** How the hand scanner on a serial line stands. */
  reader = $state<ReaderState>();
  /** Why what the program's own camera or a serial scanner reads cannot be decided. */
  undecided = $state<Problem>();
  /** The enrolment link that was opened, or held before a camera, last. */
  link = $state<LinkView>();
  /** Why a link that was opened leads nowhere. */
  nowhere = $state<Problem>();
  /** The program does not answer; asked again until it does. */
  silent = $state(false);
  readonly settings = $derived<Settings>(this.overview?.settings ?? USUAL);
  readonly station = $derived(this.overview?.station ?? undefined);
  readonly operator = $derived(this.overview?.operator ?? undefined);
  /** A kiosk that guests stand before: what is meant for staff is not shown. */
  readonly held = $derived(this.overview ? kioskHolds(this.overview) : false);
  /** Seconds to add to an instant to show it by the event's clocks. */
  readonly offset = $derived(this.station?.utc_offset_secs);

  #readers = new Set<(reads: Reads) => void>();
  #watchers = new Set<(what: Changed) => void>();

  /** Begins to listen; gives what ends it. */
  start(): () => void {
    void this.refresh().then(() => this.#follow());
    return backend.listen(
      (event) => this.#hear(event),
      () => void this.refresh(),
    );
  }

  /** Asks anew how the device stands. */
  async refresh(): Promise<void> {
    const { answer } = await ask({ do: 'overview' });
    this.silent = !answer;
    if (answer) this.take(answer);
    else setTimeout(() => void this.refresh(), 1000);
  }

  /** Takes an overview that answered something. */
  take(overview: Overview): void {
    this.overview = overview;
    this.badge = overview.badge ?? undefined;
    this.link = overview.link ?? undefined;
    this.reader = overview.reader ?? undefined;
    if (overview.settings.language === '') {
      void this.change({ language: nearest(navigator.languages) });
    }
  }

  /** Changes settings; what is chosen holds at once. Gives what stood against it. */
  async change(change: Partial<Settings>): Promise<Problem | undefined> {
    const { answer, problem } = await ask({ do: 'change_settings', ...this.settings, ...change });
    if (answer && this.overview) this.overview.settings = answer.settings;
    return problem;
  }

  /** Hears of codes that the program's own camera or a serial scanner read. */
  onReads(read: (reads: Reads) => void): () => void {
    this.#readers.add(read);
    return () => this.#readers.delete(read);
  }

  /** Hears that something changed which a screen may be showing. */
  onChanged(changed: (what: Changed) => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Follows the link that the page was opened with, once. */
  async #follow(): Promise<void> {
    const { searchParams, hash } = new URL(location.href);
    const link = searchParams.get('link');
    if (link === null) return;
    history.replaceState(history.state, '', location.pathname + hash);
    const { answer, problem } = await ask({ do: 'open_link', text: link });
    this.link = answer ?? this.link;
    this.nowhere = problem;
  }

  #hear(event: Event): void {
    switch (event.event) {
      case 'reads':
        for (const read of this.#readers) read(event);
        break;
      case 'badge':
        this.badge = event;
        break;
      case 'camera':
        this.camera = event;
        break;
      case 'reader':
        this.reader = event;
        break;
      case 'undecided':
        this.undecided = event.error ?? undefined;
        break;
      case 'link':
        this.link = event;
        this.nowhere = undefined;
        break;
      case 'link_refused':
        this.nowhere = event.error;
        break;
      case 'changed':
        if (event.what === 'phase' || event.what === 'overview') void this.refresh();
        for (const changed of this.#watchers) changed(event.what);
        break;
      case 'play':
        void play(event.sound, event.volume);
        break;
      case 'vibrate':
        shake(event.feel);
        break;
    }
  }
}

/** The app of this window. */
export const app = new App();
