/** Minor units as people write them in `language`; no fraction of a cent is ever made. */
export function money(minor: number, currency: string, exponent: number, language: string): string {
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const part = exponent > 0 ? `.${digits.slice(-exponent)}` : '';
  // A text keeps every digit where a number of this size might not.
  return format.format(`${minor < 0 ? '-' : ''}${whole}${part}` as unknown as number);
}
