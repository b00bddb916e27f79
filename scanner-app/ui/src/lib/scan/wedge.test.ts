import { describe, expect, it } from 'vitest';
import { listen, LONGEST_PAUSE, Wedge } from './wedge';

function type(wedge: Wedge, text: string, pause: number): string[] {
  const codes: string[] = [];
  let at = 1000;
  for (const key of [...text].map((char) => (char === '\n' ? 'Enter' : char))) {
    at += pause;
    const code = wedge.take({ key, at });
    if (code !== undefined) codes.push(code);
  }
  return codes;
}

describe('a hand scanner', () => {
  it('types a code in one burst that ends in Enter', () => {
    expect(type(new Wedge(), 'TK1:AB C/%$\n', 5)).toEqual(['TK1:AB C/%$']);
  });

  it('types one code after another', () => {
    expect(type(new Wedge(), 'TK1:ONE\nTK1:TWO\n', 20)).toEqual(['TK1:ONE', 'TK1:TWO']);
  });

  it('is not a hand that types', () => {
    expect(type(new Wedge(), 'hello\n', LONGEST_PAUSE + 1)).toEqual([]);
  });

  it('is not an Enter alone, nor a short burst', () => {
    expect(type(new Wedge(), '\n', 5)).toEqual([]);
    expect(type(new Wedge(), 'abc\n', 5)).toEqual([]);
  });

  it('forgets what a hand typed before', () => {
    const wedge = new Wedge();
    wedge.take({ key: 'x', at: 0 });
    for (const [index, key] of [...'TK1:A'].entries()) wedge.take({ key, at: 1000 + index });
    expect(wedge.take({ key: 'Enter', at: 1010 })).toBe('TK1:A');
  });

  it('passes over shift keys', () => {
    const wedge = new Wedge();
    let at = 0;
    for (const key of ['Shift', 'T', 'Shift', 'K', '1', 'Shift', ':', 'A'])
      wedge.take({ key, at: (at += 5) });
    expect(wedge.take({ key: 'Enter', at: at + 5 })).toBe('TK1:A');
  });
});

describe('listening', () => {
  function press(target: EventTarget, key: string) {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
    return event;
  }

  it('reads codes and keeps their Enter from pressing buttons', () => {
    const codes: string[] = [];
    const stop = listen(window, (code) => codes.push(code));
    for (const key of 'TK1:AB') press(document.body, key);
    expect(press(document.body, 'Enter').defaultPrevented).toBe(true);
    expect(codes).toEqual(['TK1:AB']);
    stop();
    for (const key of 'TK1:AB') press(document.body, key);
    press(document.body, 'Enter');
    expect(codes).toHaveLength(1);
  });

  it('leaves fields and lone keys to people', () => {
    const codes: string[] = [];
    const stop = listen(window, (code) => codes.push(code));
    const field = document.body.appendChild(document.createElement('input'));
    for (const key of 'TK1:AB') press(field, key);
    press(field, 'Enter');
    expect(press(document.body, 'Enter').defaultPrevented).toBe(false);
    expect(codes).toEqual([]);
    field.remove();
    stop();
  });
});
