import { expect, it } from 'vitest';
import { isLink } from './link';

it('knows an enrolment link, however it came', () => {
  expect(isLink('bilten:enrol/7K3M-Q0ZT-94AB/https://door.example:8443')).toBe(true);
  expect(isLink(` bilten:enrol/7K3M+${'07'.repeat(32)}/https://door.example\n`)).toBe(true);
});

it('takes nothing else for one', () => {
  for (const text of ['', 'TK1:ABC', '7K3M-Q0ZT-94AB', 'bilten:enrol', 'bilten:sell/1'])
    expect(isLink(text)).toBe(false);
});
