import { words } from '$lib/words/words.svelte';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import VerdictScreen from './VerdictScreen.svelte';
import type { Kind, VerdictView } from './view';

const view = (change: Partial<VerdictView> = {}): VerdictView => ({
  kind: 'admit',
  headline: '',
  todo: '',
  why: [],
  name: 'Ada Lovelace',
  tier: 'Standing',
  seat: 'Row 3',
  people: '',
  notes: [],
  ...change,
});

beforeEach(() => {
  words.language = 'en';
});

describe('the verdict on screen', () => {
  it('has an outline and a word of its own for each kind', () => {
    const seen = (['admit', 'leave', 'refuse', 'ask', 'confirm'] as Kind[]).map((kind) => {
      const { container, unmount } = render(VerdictScreen, { view: view({ kind }), onnext() {} });
      const look = [
        container.querySelector('svg')?.innerHTML,
        container.querySelector('h1')?.textContent,
      ];
      unmount();
      return look;
    });
    expect(new Set(seen.map(([outline]) => outline)).size).toBe(5);
    expect(new Set(seen.map(([, word]) => word)).size).toBe(5);
  });

  it('shows guest, notes, why and what to do', () => {
    render(VerdictScreen, {
      view: view({
        kind: 'refuse',
        headline: 'Already used',
        why: ['At South gate, 12 min ago.'],
        todo: 'Call a supervisor.',
        notes: ['Green wristband'],
      }),
      onnext() {},
    });
    expect(screen.getByRole('heading', { name: 'STOP' })).toBeTruthy();
    for (const text of [
      'Already used',
      'At South gate, 12 min ago.',
      'Call a supervisor.',
      'Ada Lovelace',
      'Standing',
      'Row 3',
      'Green wristband',
    ])
      expect(screen.getByText(text)).toBeTruthy();
  });

  it('goes back by its button, by a tap on the ground and by Escape', async () => {
    const onnext = vi.fn();
    render(VerdictScreen, { view: view(), onnext });
    await fireEvent.click(screen.getByRole('button', { name: 'Next' }));
    await fireEvent.click(screen.getByRole('main'));
    await fireEvent.keyDown(window, { key: 'Escape' });
    expect(onnext).toHaveBeenCalledTimes(3);
  });

  it('stays where Escape closed a dialog above it', async () => {
    const onnext = vi.fn();
    render(VerdictScreen, { view: view(), onnext });
    document.addEventListener('keydown', (event) => event.preventDefault(), { once: true });
    await fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(onnext).not.toHaveBeenCalled();
  });

  it('goes back by itself after its time and not before', () => {
    vi.useFakeTimers();
    const onnext = vi.fn();
    render(VerdictScreen, { view: view(), stays: 3000, onnext });
    vi.advanceTimersByTime(2999);
    expect(onnext).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onnext).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });

  it('keeps the focus of a hand that is busy while its time stops', async () => {
    const shown = view();
    const { rerender } = render(VerdictScreen, { view: shown, stays: 3000, onnext() {} });
    const button = screen.getByRole('button', { name: 'Next' });
    button.focus();
    await rerender({ stays: 0 });
    expect(document.activeElement).toBe(button);
    await rerender({ view: view({ name: 'Bruno' }) });
    expect(document.activeElement).toBe(screen.getByRole('main'));
  });

  it('gives the focus back to where it was', async () => {
    const button = document.body.appendChild(document.createElement('button'));
    button.focus();
    const { unmount } = render(VerdictScreen, { view: view(), onnext() {} });
    expect(document.activeElement).not.toBe(button);
    unmount();
    await tick();
    expect(document.activeElement).toBe(button);
    button.remove();
  });

  it('gives the focus to the page where what had it is gone', async () => {
    const page = document.body.appendChild(document.createElement('main'));
    page.tabIndex = -1;
    const { unmount } = render(VerdictScreen, { view: view(), onnext() {} });
    unmount();
    await tick();
    expect(document.activeElement).toBe(page);
    page.remove();
  });

  it('is not tapped away while something is asked', async () => {
    const onnext = vi.fn();
    render(VerdictScreen, { view: view({ kind: 'ask' }), onnext });
    await fireEvent.click(screen.getByRole('main'));
    expect(onnext).not.toHaveBeenCalled();
    expect(screen.queryByRole('button', { name: 'Next' })).toBeNull();
  });

  it('speaks Arabic', () => {
    words.language = 'ar';
    render(VerdictScreen, { view: view({ kind: 'refuse' }), onnext() {} });
    expect(screen.getByRole('heading', { name: 'قف' })).toBeTruthy();
  });
});
