import type { Shown } from '$lib/api/types/Shown';
import { sample } from '$lib/verdict/sample';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Door, GLANCE_MS } from './door.svelte';

const admit = (wish: string) => sample({ wish, fact: { actor: 'a', seq: wish.charCodeAt(0) } });
const refuse = (wish: string) => sample({ wish, outcome: 'refuse', may_override: true });
const asks = (wish: string) => sample({ wish, outcome: 'ask' });

/** Requests that the program was asked, and what it answers to the next ones. */
let asked: Record<string, unknown>[];
let answers: unknown[];
let door: Door;

/** The wishes on screen, one after the other, as somebody goes on. */
function seen(): string[] {
  const all: string[] = [];
  for (let shown: Shown | undefined; (shown = door.shown); door.next()) all.push(shown.wish);
  return all;
}

const look = (ms = GLANCE_MS) => vi.advanceTimersByTime(ms);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = [];
  door = new Door();
  vi.stubGlobal('fetch', async (_: URL, { body }: { body: string }) => {
    asked.push(JSON.parse(body));
    return { ok: true, json: async () => answers.shift() ?? null };
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('verdicts', () => {
  it('make way for the newest at once', () => {
    door.show([refuse('A')]);
    look();
    door.show([admit('B')]);
    expect(seen()).toEqual(['B']);
  });

  it('of one frame are all seen, whatever comes between', () => {
    door.show([admit('A'), admit('B')]);
    expect(door.behind).toBe(1);
    look();
    door.show([refuse('C')]);
    expect(seen()).toEqual(['C', 'B']);
  });

  it('that were on screen for a moment only come again', () => {
    door.show([admit('A')]);
    look(GLANCE_MS - 1);
    door.show([refuse('B')]);
    expect(seen()).toEqual(['B', 'A']);
  });

  it('that wait for an answer stay', () => {
    door.show([asks('A')]);
    look();
    door.show([admit('B')]);
    expect(seen()).toEqual(['A', 'B']);
  });

  it('remember who was let in last', () => {
    door.show([admit('A'), refuse('B')]);
    expect(door.last?.wish).toBe('A');
  });

  it('take the place of what was asked, and of no other', async () => {
    door.show([asks('A')]);
    answers = [admit('A'), refuse('B')];
    await door.goOn({ wish: 'A', answers: [], confirmed: [] });
    expect(door.shown?.outcome).toBe('admit');
    door.show([asks('C')]);
    await door.text('B');
    expect(seen()).toEqual(['B', 'A']);
  });
});

describe('a verdict that somebody is busy with', () => {
  it('stays, and all that came is shown afterwards', () => {
    door.show([refuse('A')]);
    look();
    const end = door.hold();
    door.show([admit('B')]);
    look();
    door.show([admit('C'), admit('D')]);
    expect(door.shown?.wish).toBe('A');
    end();
    expect(seen()).toEqual(['A', 'B', 'C', 'D']);
  });

  it('is the one that the supervisor decides about', async () => {
    door.show([refuse('A')]);
    const end = door.hold();
    door.show([refuse('B')]);
    answers = [sample({ wish: 'Z', overridden: true })];
    const how = { supervisor: 2, pin: '1', reason_code: 1 };
    expect(await door.override({ wish: 'A', ...how })).toBeUndefined();
    end();
    expect(asked).toEqual([{ do: 'override', wish: 'A', ...how }]);
    expect(seen()).toEqual(['Z', 'B']);
  });

  it('has codes of a hand scanner wait for their turn', async () => {
    door.show([refuse('A')]);
    look();
    const end = door.hold();
    answers = [admit('B')];
    const read = door.text('B');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([]);
    end();
    await read;
    expect(asked).toEqual([{ do: 'scan_text', text: 'B' }]);
    expect(seen()).toEqual(['B']);
  });
});
