import { NotDone, problemOf, type Asking, type Backend, type Do } from './backend';
import type { Answers } from './types/Answers';
import type { Event } from './types/Event';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/** The program behind a bridge on this machine: requests by HTTP, events by a WebSocket. */
export class HttpBackend implements Backend {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async ask<D extends Do>(request: Asking<D>): Promise<Answers[D]> {
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(new URL('/request', this.#base), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      answer = await response.json();
    } catch {
      throw new NotDone({ code: 'no_answer' });
    }
    if (!response.ok) throw new NotDone(problemOf(answer));
    return answer as Answers[D];
  }

  /** A page holds its camera itself. */
  watch(): () => void {
    return () => {};
  }

  listen(hear: (event: Event) => void, joined: () => void): () => void {
    const url = new URL('/events', this.#base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    let socket: WebSocket | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wait = FIRST_WAIT_MS;
    const connect = () => {
      socket = new WebSocket(url);
      socket.onopen = () => {
        wait = FIRST_WAIT_MS;
        joined();
      };
      socket.onmessage = ({ data }) => {
        if (typeof data === 'string') hear(JSON.parse(data) as Event);
      };
      socket.onclose = () => {
        timer = setTimeout(connect, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      };
    };
    connect();
    return () => {
      clearTimeout(timer);
      if (socket) socket.onclose = null;
      socket?.close();
    };
  }
}
