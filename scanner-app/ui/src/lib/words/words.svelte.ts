import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import ar from './locales/ar.ftl?raw';
import de from './locales/de.ftl?raw';
import en from './locales/en.ftl?raw';

/** The languages that the app speaks, by their own names. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const;

/** A language that the app speaks. */
export type Language = keyof typeof LANGUAGES;

/** Values for the blanks of a sentence. */
export type Blanks = Record<string, FluentVariable>;

const SOURCES: Record<Language, string> = { en, de, ar };

/** Parses a file of sentences; a file with mistakes is a mistake of the build. */
export function bundle(language: Language): FluentBundle {
  const made = new FluentBundle(language);
  const errors = made.addResource(new FluentResource(SOURCES[language]));
  if (errors[0]) throw errors[0];
  return made;
}

/** The first language of `wanted` that the app speaks; English where it speaks none. */
export function nearest(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (base in LANGUAGES) return base as Language;
  }
  return 'en';
}

/** What the app says, in the language chosen. */
class Words {
  language = $state<Language>('en');
  readonly direction = $derived<'ltr' | 'rtl'>(this.language === 'ar' ? 'rtl' : 'ltr');
  readonly #bundle = $derived(bundle(this.language));

  /** The sentence `key`, its blanks filled in. */
  say(key: string, blanks?: Blanks): string {
    const pattern = this.#bundle.getMessage(key)?.value;
    return pattern ? this.#bundle.formatPattern(pattern, blanks, []) : key;
  }

  /** A whole number as the language writes it. */
  number(value: number): string {
    return new Intl.NumberFormat(this.language).format(value);
  }

  /**
   * The time of day of an instant.
   *
   * By the event's clocks, `offset` seconds from UTC; by the device's where none is given.
   */
  clock(at: number, offset?: number): string {
    return this.#time(at, offset, { timeStyle: 'short' });
  }

  /** Day and time of an instant, by the same clocks. */
  moment(at: number, offset?: number): string {
    return this.#time(at, offset, { dateStyle: 'medium', timeStyle: 'short' });
  }

  /** How long ago, as people say it: “12 hours ago”, “yesterday”, “now”. */
  ago(ms: number): string {
    const [unit, size] = unitOf(ms);
    const format = new Intl.RelativeTimeFormat(this.language, { numeric: 'auto' });
    return format.format(-Math.round(ms / size), unit);
  }

  /** A length of time, as people say it: “3 minutes”. */
  length(ms: number): string {
    const [unit, size] = unitOf(ms);
    const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
    return new Intl.NumberFormat(this.language, style).format(Math.round(Math.abs(ms) / size));
  }

  #time(at: number, offset: number | undefined, style: Intl.DateTimeFormatOptions): string {
    if (offset === undefined) return new Intl.DateTimeFormat(this.language, style).format(at);
    const format = new Intl.DateTimeFormat(this.language, { ...style, timeZone: 'UTC' });
    return format.format(at + offset * 1000);
  }
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The unit that a length of time is told in, and its milliseconds. */
function unitOf(ms: number): ['second' | 'minute' | 'hour' | 'day', number] {
  const long = Math.abs(ms);
  if (long < 2 * MINUTE) return ['second', SECOND];
  if (long < 2 * HOUR) return ['minute', MINUTE];
  if (long < 2 * DAY) return ['hour', HOUR];
  return ['day', DAY];
}

/** The words of this window. */
export const words = new Words();

/** The sentence `key`, its blanks filled in. */
export const t = (key: string, blanks?: Blanks): string => words.say(key, blanks);
