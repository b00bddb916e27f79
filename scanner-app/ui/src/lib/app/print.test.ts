import { expect, it } from 'vitest';
import { prints } from './print';

const SYSTEMS = {
  linux: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15',
  windows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36',
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15',
  android: 'Mozilla/5.0 (Linux; Android 15; Pixel 8; wv) AppleWebKit/537.36',
  iphone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15',
};

it('is done by browsers, and by windows of Linux and Windows', () => {
  const able = (own: boolean) =>
    Object.entries(SYSTEMS)
      .filter(([, system]) => prints(own, system))
      .map(([name]) => name);
  expect(able(true)).toEqual(['linux', 'windows']);
  expect(able(false)).toEqual(Object.keys(SYSTEMS));
});
