import type { Told } from '$lib/api/types/Told';
import { words } from '$lib/words/words.svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { sample, TICKET } from './sample';
import { kind, parts, spoken, view } from './view';

const told = (code: string, text: string, parts: Told[] = []): Told => ({
  code,
  text,
  fields: [],
  parts,
});

/** Without the marks that keep the direction of filled blanks apart. */
const plain = (text: string) => text.replace(/[\u2068\u2069]/gu, '');

beforeEach(() => {
  words.language = 'en';
});

describe('a verdict in words', () => {
  it('tells an exit from an entry', () => {
    expect(kind(sample())).toBe('admit');
    expect(kind(sample({ direction: 'exit' }))).toBe('leave');
    expect(kind(sample({ direction: 'exit', outcome: 'refuse' }))).toBe('refuse');
  });

  it('says the reason once and each part once', () => {
    const reason = told('rule', 'Not allowed', [
      told('a', 'From 20:00.', [told('b', 'Only at North.')]),
      told('c', 'Not allowed'),
      told('d', 'From 20:00.'),
    ]);
    expect(parts(reason)).toEqual(['From 20:00.', 'Only at North.']);
    expect(view(sample({ outcome: 'refuse', reason })).headline).toBe('Not allowed');
  });

  it('shows what the organizer wrote before what the verdict remarks', () => {
    const notes = [told('id_check', 'Check identity', [told('x', 'Look at the passport.')])];
    const seen = view(
      sample({ ticket: { ...TICKET, notes: 'Green wristband', minor: true }, notes }),
    );
    expect(seen.notes).toEqual([
      'Green wristband',
      'Minor',
      'Check identity: Look at the passport.',
    ]);
  });

  it('has one colon where a remark ends in one', () => {
    const spite = told('spite', 'Let pass by Vera in spite of:', [told('used', 'Used already.')]);
    const seen = view(sample({ notes: [told('overridden', 'Override', [spite])] }));
    expect(seen.notes).toEqual(['Override: Let pass by Vera in spite of: Used already.']);
  });

  it('does not say minor twice', () => {
    const seen = view(
      sample({ ticket: { ...TICKET, minor: true }, notes: [told('minor', 'Minor')] }),
    );
    expect(seen.notes).toEqual(['Minor']);
  });

  it('asks for eyes where a ticket wants attention and says not why', () => {
    expect(view(sample({ attention: true })).notes).toEqual(['Needs attention']);
  });

  it('counts groups', () => {
    expect(plain(view(sample({ people: 2, admitted_of: [3, 5] })).people)).toBe(
      '2 people – 3 of 5 inside',
    );
    expect(view(sample()).people).toBe('');
  });

  it('is spoken in one breath, the word first', () => {
    const refused = sample({
      outcome: 'refuse',
      reason: told('unpaid', 'Not paid'),
      todo: 'Send the guest to the ticket desk.',
    });
    expect(spoken(view(refused))).toBe(
      'STOP. Not paid. Ada Lovelace. Standing. Row 3. Send the guest to the ticket desk',
    );
  });
});
