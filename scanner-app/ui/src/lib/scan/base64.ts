/** Bytes at a time: arguments of a call are limited. */
const SLICE = 0x8000;

/** Base64 with padding; by the browser's own means where it has them. */
export function toBase64(bytes: Uint8Array): string {
  const able = bytes as Uint8Array & { toBase64?: () => string };
  if (able.toBase64) return able.toBase64();
  let text = '';
  for (let at = 0; at < bytes.length; at += SLICE) {
    text += String.fromCharCode(...bytes.subarray(at, at + SLICE));
  }
  return btoa(text);
}
