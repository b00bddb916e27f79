import { expect, it } from 'vitest';
import { money } from './money';

it('writes money as the language does, digit for digit', () => {
  expect(money(1250, 'EUR', 'en')).toBe('€12.50');
  expect(money(5, 'EUR', 'en')).toBe('€0.05');
  expect(money(-5, 'EUR', 'en')).toBe('-€0.05');
  expect(money(1250, 'JPY', 'en')).toBe('¥1,250');
  expect(money(1250, 'EUR', 'de').replace(/\s/u, ' ')).toBe('12,50 €');
  expect(money(9007199254740991, 'EUR', 'en')).toBe('€90,071,992,547,409.91');
});
