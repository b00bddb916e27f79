import type { Shown } from '$lib/api/types/Shown';
import type { TicketView } from '$lib/api/types/TicketView';
import type { Told } from '$lib/api/types/Told';
import { words } from '$lib/words/words.svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { kind, parts, spoken, view } from './view';

const told = (code: string, text: string, parts: Told[] = []): Told => ({
  code,
  text,
  fields: [],
  parts,
});

const ticket: TicketView = {
  serial: 7,
  tier: 'Standing',
  occurrence: '',
  name: 'Ada Lovelace',
  seat: 'Row 3',
  notes: '',
  order_code: 'ABCDE',
  state: 'valid',
  group: 1,
  attention: false,
  minor: false,
  companion: false,
};

const shown = (change: Partial<Shown> = {}): Shown => ({
  outcome: 'admit',
  wish: '00',
  reason: null,
  todo: '',
  notes: [],
  attention: false,
  people: 1,
  admitted_of: null,
  questions: [],
  confirm: [],
  ticket,
  direction: 'entry',
  fact: null,
  may_override: false,
  overridden: false,
  rehearsal: false,
  at: 0,
  decide_us: 0,
  ...change,
});

/** Without the marks that keep the direction of filled blanks apart. */
const plain = (text: string) => text.replace(/[\u2068\u2069]/gu, '');

beforeEach(() => {
  words.language = 'en';
});

describe('a verdict in words', () => {
  it('tells an exit from an entry', () => {
    expect(kind(shown())).toBe('admit');
    expect(kind(shown({ direction: 'exit' }))).toBe('leave');
    expect(kind(shown({ direction: 'exit', outcome: 'refuse' }))).toBe('refuse');
  });

  it('says the reason once and each part once', () => {
    const reason = told('rule', 'Not allowed', [
      told('a', 'From 20:00.', [told('b', 'Only at North.')]),
      told('c', 'Not allowed'),
      told('d', 'From 20:00.'),
    ]);
    expect(parts(reason)).toEqual(['From 20:00.', 'Only at North.']);
    expect(view(shown({ outcome: 'refuse', reason })).headline).toBe('Not allowed');
  });

  it('shows what the organizer wrote before what the verdict remarks', () => {
    const notes = [told('id_check', 'Check identity', [told('x', 'Look at the passport.')])];
    const seen = view(
      shown({ ticket: { ...ticket, notes: 'Green wristband', minor: true }, notes }),
    );
    expect(seen.notes).toEqual([
      'Green wristband',
      'Minor',
      'Check identity: Look at the passport.',
    ]);
  });

  it('has one colon where a remark ends in one', () => {
    const spite = told('spite', 'Let pass by Vera in spite of:', [told('used', 'Used already.')]);
    const seen = view(shown({ notes: [told('overridden', 'Override', [spite])] }));
    expect(seen.notes).toEqual(['Override: Let pass by Vera in spite of: Used already.']);
  });

  it('does not say minor twice', () => {
    const seen = view(
      shown({ ticket: { ...ticket, minor: true }, notes: [told('minor', 'Minor')] }),
    );
    expect(seen.notes).toEqual(['Minor']);
  });

  it('asks for eyes where a ticket wants attention and says not why', () => {
    expect(view(shown({ attention: true })).notes).toEqual(['Needs attention']);
  });

  it('counts groups', () => {
    expect(plain(view(shown({ people: 2, admitted_of: [3, 5] })).people)).toBe(
      '2 people – 3 of 5 inside',
    );
    expect(view(shown()).people).toBe('');
  });

  it('is spoken in one breath, the word first', () => {
    const refused = shown({
      outcome: 'refuse',
      reason: told('unpaid', 'Not paid'),
      todo: 'Send the guest to the ticket desk.',
    });
    expect(spoken(view(refused))).toBe(
      'STOP. Not paid. Ada Lovelace. Standing. Row 3. Send the guest to the ticket desk',
    );
  });
});
