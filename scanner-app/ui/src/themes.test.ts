import { describe, expect, it } from 'vitest';
import css from './app.css?raw';

/** The colours of each theme, by name. */
function themes(): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const [, theme, body] of css.matchAll(/^:root(?:\[data-theme='(\w+)'\])? \{([^}]*)\}/gm)) {
    const colours = [...(body ?? '').matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)];
    found.set(
      theme ?? 'light',
      new Map(colours.map(([, name, value]) => [name ?? '', value ?? ''])),
    );
  }
  return found;
}

/** Relative luminance, as WCAG 2 defines it. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

/** Which colour is read on which, and how much they must differ. */
const PAIRS: [on: string, ground: string, least: number][] = [
  ['on-admit', 'admit', 7],
  ['on-refuse', 'refuse', 7],
  ['on-confirm', 'confirm', 7],
  ['on-ask', 'ask', 7],
  ['ink', 'ground', 7],
  ['ink', 'surface', 7],
  ['soft', 'ground', 4.5],
  ['soft', 'surface', 4.5],
  ['accent', 'surface', 4.5],
  ['accent', 'ground', 4.5],
  ['on-accent', 'accent', 4.5],
  ['danger', 'surface', 4.5],
  ['on-danger', 'danger', 4.5],
  ['good', 'surface', 4.5],
  ['good', 'ground', 4.5],
  ['surface', 'good', 4.5],
  ['surface', 'warn', 4.5],
  ['warn', 'warn-ground', 4.5],
  ['line', 'surface', 3],
  ['line', 'ground', 3],
  ['focus', 'ground', 3],
  ['focus', 'surface', 3],
];

/** The least distance between the grounds of two verdicts, of 441 from black to white. */
const APART = 45;

function distance(one: string, other: string): number {
  const part = (hex: string, at: number) => parseInt(hex.slice(at, at + 2), 16);
  return Math.hypot(...[1, 3, 5].map((at) => part(one, at) - part(other, at)));
}

describe.each([...themes()])('the theme %s', (_, colours) => {
  it.each(PAIRS)('shows %s on %s at %d : 1 or more', (on, ground, least) => {
    expect(contrast(colours.get(on) ?? '', colours.get(ground) ?? '')).toBeGreaterThanOrEqual(
      least,
    );
  });

  it('has a ground of its own for each verdict', () => {
    const grounds = ['admit', 'refuse', 'confirm', 'ask'].map((name) => colours.get(name) ?? '');
    const pairs = grounds.flatMap((one, at) => grounds.slice(at + 1).map((other) => [one, other]));
    const close = pairs.filter(([one, other]) => distance(one!, other!) < APART);
    expect(close).toEqual([]);
  });
});

it('is light, dark, of high contrast, or for dark rooms', () => {
  expect([...themes().keys()]).toEqual(['light', 'dark', 'contrast', 'dark_room']);
});

it('knows no left and no right in any component', () => {
  const sources = import.meta.glob<string>('./**/*.svelte', {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const sided =
    /(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)\s*:|text-align:\s*(?:left|right)|(?:-?m[lr]|p[lr]|left|right|border-[lr]|rounded-[lr])-(?:\d|\[)|text-(?:left|right)\b)/;
  const found = Object.entries(sources).filter(([, text]) => sided.test(text));
  expect(found.map(([path]) => path)).toEqual([]);
});
