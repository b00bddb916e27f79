import { Channel, invoke } from '@tauri-apps/api/core';
import {
  NotDone,
  previewOf,
  problemOf,
  type Asking,
  type Backend,
  type Do,
  type Preview,
} from './backend';
import type { Answers } from './types/Answers';
import type { Event } from './types/Event';

/** The program in whose window this runs. */
export class TauriBackend implements Backend {
  async ask<D extends Do>(request: Asking<D>): Promise<Answers[D]> {
    try {
      return await invoke<Answers[D]>('request', { request });
    } catch (thrown) {
      throw new NotDone(problemOf(thrown));
    }
  }

  watch(see: (picture: Preview) => void): () => void {
    const channel = new Channel<ArrayBuffer>();
    let watched = true;
    channel.onmessage = (bytes) => {
      const picture = watched ? previewOf(bytes) : undefined;
      if (picture) see(picture);
    };
    // A program that sends no pictures says so, and nobody misses them.
    invoke('preview', { channel }).catch(() => {});
    return () => (watched = false);
  }

  listen(hear: (event: Event) => void, joined: () => void): () => void {
    const channel = new Channel<Event>();
    let heard = true;
    channel.onmessage = (event) => {
      if (heard) hear(event);
    };
    void invoke('events', { channel }).then(joined);
    return () => (heard = false);
  }
}
