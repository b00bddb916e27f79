import type { GoOn } from '$lib/api/types/GoOn';
import type { Shown } from '$lib/api/types/Shown';
import { words } from '$lib/words/words.svelte';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import Due from './Due.svelte';
import { sample } from './sample';

const asked = (change: Partial<Shown>) =>
  sample({ outcome: 'ask', wish: 'ab', people: 0, ticket: null, ...change });

beforeEach(() => {
  words.language = 'en';
});

describe('what is asked', () => {
  it('gives back answers and leaves out what stayed empty', async () => {
    const ongo = vi.fn<(wish: GoOn) => void>();
    const question = (
      question: number,
      text: string,
      look: Shown['questions'][number]['look'],
    ) => ({
      question,
      text,
      required: false,
      look,
      problem: null,
    });
    render(Due, {
      shown: asked({
        questions: [
          question(1, 'Wheelchair?', { is: 'yes_no' }),
          question(2, 'Shuttle?', { is: 'some_of', choices: ['North', 'South', 'East'] }),
          question(3, 'Remarks?', { is: 'text', longest: 20 }),
        ],
      }),
      busy: false,
      ongo,
      onstop() {},
    });
    await fireEvent.click(screen.getByRole('radio', { name: 'Yes' }));
    for (const name of ['North', 'South', 'East', 'South'])
      await fireEvent.click(screen.getByRole('checkbox', { name }));
    await fireEvent.click(screen.getByRole('button', { name: 'Answer' }));
    expect(ongo).toHaveBeenCalledWith({
      wish: 'ab',
      answers: [
        { question: 1, text: 'yes' },
        { question: 2, text: 'North\nEast' },
      ],
      confirmed: [],
    });
  });

  it('counts the people of a group between one and the most', async () => {
    const ongo = vi.fn<(wish: GoOn) => void>();
    const group = { code: 'group', text: 'How many come in?', fields: [], parts: [] };
    render(Due, {
      shown: asked({ outcome: 'confirm', confirm: [{ what: group, todo: '', most: 3 }] }),
      busy: false,
      ongo,
      onstop() {},
    });
    const fewer = screen.getByRole<HTMLButtonElement>('button', { name: 'Fewer' });
    const more = screen.getByRole<HTMLButtonElement>('button', { name: 'More' });
    expect(more.disabled).toBe(true);
    await fireEvent.click(fewer);
    await fireEvent.click(fewer);
    expect(fewer.disabled).toBe(true);
    await fireEvent.click(more);
    await fireEvent.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(ongo).toHaveBeenCalledWith({
      wish: 'ab',
      answers: [],
      confirmed: [{ cause: 'group', count: 2 }],
    });
  });

  it('shows what is wrong with an answer', () => {
    const problem = { code: 'answer-min', text: 'At least 18.', fields: [], parts: [] };
    render(Due, {
      shown: asked({
        questions: [
          {
            question: 1,
            text: 'Age?',
            required: true,
            look: { is: 'number', min: 18, max: null },
            problem,
          },
        ],
      }),
      busy: false,
      ongo() {},
      onstop() {},
    });
    expect(screen.getByText('At least 18.')).toBeTruthy();
    expect(screen.getByRole('textbox', { name: 'Age?' }).getAttribute('aria-invalid')).toBe('true');
  });

  it('says what is wrong with a choice to whoever does not see it', () => {
    const problem = { code: 'answer-required', text: 'Choose one.', fields: [], parts: [] };
    render(Due, {
      shown: asked({
        questions: [
          { question: 1, text: 'Shuttle?', required: true, look: { is: 'yes_no' }, problem },
        ],
      }),
      busy: false,
      ongo() {},
      onstop() {},
    });
    const said = screen.getByRole('alert');
    expect(said.textContent).toBe('Choose one.');
    const group = screen.getByRole('group', { name: /Shuttle/u });
    expect(group.getAttribute('aria-describedby')).toBe(said.id);
  });

  it('can be ended without letting anybody in', async () => {
    const onstop = vi.fn();
    render(Due, { shown: asked({}), busy: false, ongo() {}, onstop });
    await fireEvent.click(screen.getByRole('button', { name: 'Do not let in' }));
    expect(onstop).toHaveBeenCalledOnce();
  });
});
