/** What an enrolment link names. */
export interface EnrolLink {
  server: string;
  code: string;
}

/** Reads `bilten:enrol?server=…&code=…`, which is what an enrolment QR code says; nothing for other text. */
export function readLink(text: string): EnrolLink | undefined {
  const found = /^\s*bilten:(?:\/\/)?enrol\/?\?(\S+)\s*$/iu.exec(text);
  if (!found?.[1]) return undefined;
  const named = new URLSearchParams(found[1]);
  const server = named.get('server');
  const code = named.get('code');
  return server && code ? { server, code } : undefined;
}
