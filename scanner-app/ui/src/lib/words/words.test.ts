import { FluentResource } from '@fluent/bundle';
import { parse, Message, Transformer, type VariableReference } from '@fluent/syntax';
import { describe, expect, it } from 'vitest';
import { bundle, LANGUAGES, nearest, words, type Language } from './words.svelte';

const FILES = import.meta.glob<string>('./locales/*.ftl', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const SOURCES = import.meta.glob<string>('/src/**/*.{svelte,ts}', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const languages = Object.keys(LANGUAGES) as Language[];
const file = (language: Language) => FILES[`./locales/${language}.ftl`] ?? '';

/** The keys of a language, each with the blanks that its sentence fills in. */
function keys(language: Language): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const entry of parse(file(language), {}).body) {
    if (!(entry instanceof Message)) continue;
    const blanks = new Set<string>();
    class Blanks extends Transformer {
      override visitVariableReference(node: VariableReference) {
        blanks.add(node.id.name);
        return node;
      }
    }
    new Blanks().visit(entry);
    expect(found.has(entry.id.name), `${language}: ${entry.id.name} twice`).toBe(false);
    found.set(entry.id.name, [...blanks].sort());
  }
  return found;
}

describe.each(languages)('the file of %s', (language) => {
  it('is Fluent throughout', () => {
    const junk = parse(file(language), {}).body.filter(({ type }) => type === 'Junk');
    expect(junk).toEqual([]);
    expect(new FluentResource(file(language)).body.length).toBeGreaterThan(0);
  });

  it('has every key of English with the same blanks, and no other', () => {
    expect(Object.fromEntries(keys(language))).toEqual(Object.fromEntries(keys('en')));
  });

  it('words every sentence, all blanks filled in', () => {
    const made = bundle(language);
    for (const [key, blanks] of keys(language)) {
      const errors: Error[] = [];
      const filled = Object.fromEntries(blanks.map((blank) => [blank, 3]));
      const pattern = made.getMessage(key)?.value;
      expect(pattern, key).toBeTruthy();
      if (pattern) expect(made.formatPattern(pattern, filled, errors)).not.toBe('');
      expect(errors, key).toEqual([]);
    }
  });
});

describe('the keys', () => {
  const code = Object.entries(SOURCES)
    .filter(([path]) => !path.endsWith('.test.ts') && !path.includes('/api/types/'))
    .map(([, text]) => text)
    .join('\n');

  it('are each used somewhere', () => {
    const unused = [...keys('en').keys()].filter((key) => !code.includes(`'${key}'`));
    expect(unused).toEqual([]);
  });

  it('that the code asks for are there', () => {
    const known = keys('en');
    const asked = [...code.matchAll(/\bt\(\s*'([a-z0-9-]+)'/g)].map(([, key]) => key ?? '');
    // Tables of keys: any quoted word with the beginning of a family of keys.
    const families = new Set(
      [...known.keys()].filter((key) => key.includes('-')).map((key) => key.split('-')[0]),
    );
    const named = [...code.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)]
      .map(([, key]) => key ?? '')
      .filter((key) => families.has(key.split('-')[0]) && !key.startsWith('no-'));
    expect([...asked, ...named].filter((key) => !known.has(key))).toEqual([]);
    expect(asked.length).toBeGreaterThan(100);
  });
});

describe('the language', () => {
  it('is the nearest that is spoken', () => {
    expect(nearest(['de-AT', 'en'])).toBe('de');
    expect(nearest(['fr', 'ar-EG'])).toBe('ar');
    expect(nearest(['fr'])).toBe('en');
  });

  it('turns the line in Arabic', () => {
    words.language = 'ar';
    expect(words.direction).toBe('rtl');
    words.language = 'en';
    expect(words.direction).toBe('ltr');
  });

  it('tells times by the event’s clocks', () => {
    words.language = 'en';
    expect(words.clock(Date.UTC(2026, 5, 20, 19, 5), 2 * 3600).replace(/\s/u, ' ')).toBe('9:05 PM');
  });
});
