import { describe, expect, it } from 'vitest';
import { FIRST_STALL, listen, QUICK, STALL, Wedge } from './wedge';

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

/** Types keys, some after a pause of their own; `\n` is Enter. */
function play(text: string, pauses: Record<number, number>, usual = 5): string[] {
  const wedge = new Wedge();
  let at = 1000;
  return [...text].flatMap((char, index) => {
    at += pauses[index] ?? usual;
    return wedge.take({ key: char === '\n' ? 'Enter' : char, at }) ?? [];
  });
}

describe('a hand scanner', () => {
  it('types a code in one burst that ends in Enter', () => {
    expect(type(new Wedge(), 'TK1:AB C/%$\n', 5)).toEqual(['TK1:AB C/%$']);
  });

  it('types one code after another', () => {
    expect(type(new Wedge(), 'TK1:ONE\nTK1:TWO\n', 20)).toEqual(['TK1:ONE', 'TK1:TWO']);
  });

  it.each([
    ['the second key', 1, FIRST_STALL],
    ['the third key', 2, STALL],
    ['a key in the middle', 5, STALL],
    ['the Enter', 7, STALL],
  ])('is one code though the machine holds %s back', (_, late, pause) => {
    expect(play('TK1:ABC\n', { [late]: pause })).toEqual(['TK1:ABC']);
  });

  it('is one code though every third key is held back', () => {
    const code = 'TK1:6BFOXN*TS0BI$ZD4N9:9S6RCVN5';
    const late = Object.fromEntries([...code].map((_, index) => [index, index % 3 ? 8 : 180]));
    expect(play(`${code}\n`, late)).toEqual([code]);
  });

  it('is not a hand that types, however fast', () => {
    for (const pause of [QUICK + 1, 120, FIRST_STALL, FIRST_STALL + 1, STALL]) {
      expect(type(new Wedge(), 'hello world\n', pause)).toEqual([]);
    }
  });

  it('is not a hand that rolls over two keys now and then', () => {
    expect(play('hello you\n', { 3: 40, 6: 50 }, 130)).toEqual([]);
  });

  it('is not an Enter alone, nor a short burst', () => {
    expect(type(new Wedge(), '\n', 5)).toEqual([]);
    expect(type(new Wedge(), 'abc\n', 5)).toEqual([]);
  });

  it('forgets what a hand typed before', () => {
    expect(play('xTK1:A\n', { 1: FIRST_STALL + 1 })).toEqual(['TK1:A']);
    expect(play('xyTK1:A\n', { 1: 150, 2: 150 })).toEqual(['TK1:A']);
  });

  it('forgets a code that never ended', () => {
    expect(play('TK1:ONETK1:TWO\n', { 7: STALL + 1 })).toEqual(['TK1:TWO']);
    expect(play('TK1:ONE\n', { 7: STALL + 1 })).toEqual([]);
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
  function press(target: EventTarget, key: string, more: KeyboardEventInit = {}) {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
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

  it('goes by when keys were pressed, not by when it hears of them', () => {
    const codes: string[] = [];
    const stop = listen(window, (code) => codes.push(code));
    for (const [index, key] of [...'hello', 'Enter'].entries()) {
      const event = new KeyboardEvent('keydown', { key, bubbles: true });
      Object.defineProperty(event, 'timeStamp', { value: 5000 + index * 200 });
      document.body.dispatchEvent(event);
    }
    expect(codes).toEqual([]);
    stop();
  });

  it.each(['j', 'm'])('knows Ctrl+%s as the end of a code', (key) => {
    const codes: string[] = [];
    const stop = listen(window, (code) => codes.push(code));
    for (const key of 'TK1:AB') press(document.body, key);
    expect(press(document.body, key, { ctrlKey: true }).defaultPrevented).toBe(true);
    expect(codes).toEqual(['TK1:AB']);
    expect(press(document.body, key, { ctrlKey: true }).defaultPrevented).toBe(false);
    stop();
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
