import { expect, it } from 'vitest';
import { dress, USUAL } from './appearance';

it('has the hand where it is, whichever way lines run', () => {
  const at = (language: string, hand: 'left' | 'right') => {
    const root = document.createElement('html');
    dress(root, { ...USUAL, language, hand }, false);
    return root.dataset['handAt'];
  };
  expect([at('en', 'right'), at('en', 'left')]).toEqual(['end', 'start']);
  expect([at('ar', 'right'), at('ar', 'left')]).toEqual(['start', 'end']);
});
