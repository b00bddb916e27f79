import { expect, it } from 'vitest';
import { readLink } from './link';

it('reads an enrolment link, however it came', () => {
  const link = { server: 'https://door.example:8443', code: '7K3M-Q0ZT-94AB' };
  const query = 'server=https%3A%2F%2Fdoor.example%3A8443&code=7K3M-Q0ZT-94AB';
  expect(readLink(`bilten:enrol?${query}`)).toEqual(link);
  expect(readLink(` bilten://enrol?${query}\n`)).toEqual(link);
});

it('takes nothing else for one', () => {
  for (const text of [
    '',
    'TK1:ABC',
    '7K3M-Q0ZT-94AB',
    'bilten:enrol',
    'bilten:enrol?code=1',
    'https://x/enrol?server=a&code=b',
  ])
    expect(readLink(text)).toBeUndefined();
});
