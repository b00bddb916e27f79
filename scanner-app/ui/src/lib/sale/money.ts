/** Minor units as people write them in `language`, digit for digit. */
export function money(minor: number, currency: string, language: string): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  const exponent = format.resolvedOptions().maximumFractionDigits ?? 2;
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const part = exponent > 0 ? `.${digits.slice(-exponent)}` : '';
  // A text keeps every digit where a number of this size might not.
  return format.format(`${minor < 0 ? '-' : ''}${whole}${part}` as unknown as number);
}
