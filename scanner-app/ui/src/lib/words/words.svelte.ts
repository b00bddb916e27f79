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

  #time(at: number, offset: number | undefined, style: Intl.DateTimeFormatOptions): string {
    if (offset === undefined) return new Intl.DateTimeFormat(this.language, style).format(at);
    const format = new Intl.DateTimeFormat(this.language, { ...style, timeZone: 'UTC' });
    return format.format(at + offset * 1000);
  }
}

/** The words of this window. */
export const words = new Words();

/** The sentence `key`, its blanks filled in. */
export const t = (key: string, blanks?: Blanks): string => words.say(key, blanks);
