/**
 * Whether `text` is an enrolment link, which is what an enrolment QR code says: code, server and all.
 *
 * The program reads what it holds.
 */
export function isLink(text: string): boolean {
  return /^\s*bilten:enrol\//u.test(text);
}
