import type { Shown } from '$lib/api/types/Shown';
import type { Told } from '$lib/api/types/Told';
import { t } from '$lib/words/words.svelte';

/** How a verdict looks: outcome and direction together. */
export type Kind = 'admit' | 'leave' | 'refuse' | 'ask' | 'confirm';

/** A verdict in words, ready to be shown. */
export interface VerdictView {
  kind: Kind;
  /** What the gate says in a few words: the reason, or what is asked. */
  headline: string;
  /** What the doorkeeper does next. */
  todo: string;
  /** What was compared and what would change it, a sentence each. */
  why: string[];
  name: string;
  tier: string;
  seat: string;
  /** How many pass, where it is not one. */
  people: string;
  /** What needs eyes: notes of the organizer and remarks of the verdict. */
  notes: string[];
}

/** The word that fills the screen. */
export const WORDS: Record<Kind, string> = {
  admit: 'verdict-admit',
  leave: 'verdict-leave',
  refuse: 'verdict-refuse',
  ask: 'verdict-ask',
  confirm: 'verdict-confirm',
};

/** What was told, as words for the screen. */
export function view(shown: Shown): VerdictView {
  const { ticket } = shown;
  return {
    kind: kind(shown),
    headline: shown.reason?.text ?? '',
    todo: shown.todo,
    why: shown.reason ? parts(shown.reason) : [],
    name: ticket?.name ?? '',
    tier: [ticket?.tier, ticket?.occurrence].filter(Boolean).join(' · '),
    seat: ticket?.seat ?? '',
    people: people(shown),
    notes: notes(shown),
  };
}

/** An admission that was taken back: nobody passes on it. */
export function takenBack(view: VerdictView): VerdictView {
  return { ...view, kind: 'refuse', headline: t('undo-done'), people: '' };
}

/** Outcome and direction as one. */
export function kind({ outcome, direction }: Pick<Shown, 'outcome' | 'direction'>): Kind {
  return outcome === 'admit' && direction === 'exit' ? 'leave' : outcome;
}

/** The sentences that make a told thing up, each once. */
export function parts(told: Told): string[] {
  const all = told.parts.flatMap((part) => [part.text, ...parts(part)]);
  return [...new Set(all)].filter((text) => text !== '' && text !== told.text);
}

function people({ people, admitted_of }: Shown): string {
  if (admitted_of) {
    return t('verdict-group', { people, inside: admitted_of[0], group: admitted_of[1] });
  }
  return people > 1 ? t('verdict-people', { people }) : '';
}

function notes(shown: Shown): string[] {
  const { ticket } = shown;
  const remarks = shown.notes.map((note) => sentence([note.text, ...parts(note)]));
  const own = [ticket?.notes ?? ''];
  const coded = new Set(shown.notes.map((note) => note.code));
  if (ticket?.minor && !coded.has('minor')) own.push(t('ticket-minor'));
  if (ticket?.companion && !coded.has('companion')) own.push(t('ticket-companion'));
  if (shown.attention && own[0] === '') own[0] = t('ticket-attention');
  return [...own, ...remarks].filter((note) => note !== '');
}

/** What is told and its parts, a colon between unless there is one. */
function sentence(texts: string[]): string {
  return texts.reduce((all, text) => `${all}${/[:：]\s*$/u.test(all) ? '' : ':'} ${text}`);
}

/** The sentence for screen readers: the word first, then what matters, in one breath. */
export function spoken(view: VerdictView): string {
  const all = [
    t(WORDS[view.kind]),
    view.headline,
    view.people,
    view.name,
    view.tier,
    view.seat,
    ...view.notes,
    view.todo,
  ];
  return all
    .filter((part) => part !== '')
    .map((part) => part.replace(/[.!?؟]$/u, ''))
    .join('. ');
}
