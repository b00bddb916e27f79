import { app } from '$lib/app/app.svelte';
import { overview } from '$lib/app/sample';
import { words } from '$lib/words/words.svelte';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Camera from './Camera.svelte';
import { lookThrough } from './sharing';

const STATE = { running: false, asleep: false, trouble: null, has_torch: false, has_zoom: false };

/** Cameras that were started, and whether each is on. */
let cameras: { on: boolean }[];
let asked: string[];
let inScreen: boolean;
/** What keeps the program from answering. */
let answering: Promise<void>;
let torch: () => Promise<void>;

function camera() {
  const held = { on: true };
  cameras.push(held);
  const track = Object.assign(new EventTarget(), {
    stop: () => (held.on = false),
    getCapabilities: () => ({ torch: true }),
    applyConstraints: () => torch(),
  });
  const stream = new MediaStream();
  return Object.assign(stream, { getTracks: () => [track], getVideoTracks: () => [track] });
}

function hide(hidden: boolean) {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  return fireEvent(document, new Event('visibilitychange'));
}

const on = () => cameras.map((camera) => camera.on);
const running = () => vi.waitFor(() => expect(on().at(-1)).toBe(true));

beforeEach(() => {
  words.language = 'en';
  cameras = [];
  asked = [];
  inScreen = true;
  answering = Promise.resolve();
  torch = async () => {};
  app.overview = overview();
  vi.stubGlobal('fetch', async (_: URL, { body }: { body: string }) => {
    const wish = JSON.parse(body).do;
    asked.push(wish);
    await answering;
    const answer = wish === 'cameras' ? { cameras: [], in_screen: inScreen, state: STATE } : STATE;
    return { ok: true, json: async () => answer };
  });
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: async () => camera() } });
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  app.overview = undefined;
  app.camera = undefined;
});

describe('the camera of a phone', () => {
  it('is let go while nobody sees the app, and starts again by itself', async () => {
    render(Camera);
    await running();
    await hide(true);
    expect(on()).toEqual([false]);
    expect(screen.getByRole('status').textContent).toContain('Camera starts');
    await hide(false);
    await running();
    expect(on()).toEqual([false, true]);
  });

  it('is off after the page was left, whenever that was', async () => {
    const { unmount } = render(Camera);
    await running();
    unmount();
    expect(on()).toEqual([false]);
  });

  it('is taken once, however often it is asked for', async () => {
    const refused = () => Promise.reject(new DOMException('', 'NotReadableError'));
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: refused } });
    render(Camera);
    const again = await screen.findByRole('button', { name: 'Try again' });
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: async () => camera() } });
    again.click();
    again.click();
    await running();
    expect(on().filter(Boolean)).toEqual([true]);
  });

  it('has a light that is on where it obeyed', async () => {
    render(Camera);
    const light = await screen.findByRole('button', { name: 'Light' });
    torch = () => Promise.reject(new Error('no'));
    await fireEvent.click(light);
    expect(light.getAttribute('aria-pressed')).toBe('false');
    torch = async () => {};
    await fireEvent.click(light);
    await vi.waitFor(() => expect(light.getAttribute('aria-pressed')).toBe('true'));
  });
});

describe('the camera of the program', () => {
  it('is not started for a page that was left before it answered', async () => {
    inScreen = false;
    let answer = () => {};
    answering = new Promise<void>((done) => (answer = done));
    const { unmount } = render(Camera);
    unmount();
    answer();
    await new Promise((done) => setTimeout(done));
    expect(asked).toEqual(['cameras']);
  });

  it('goes on for the page that comes while another goes, and stops after the last', async () => {
    inScreen = false;
    const first = render(Camera);
    await vi.waitFor(() => expect(asked).toEqual(['cameras', 'start_camera']));
    first.unmount();
    const second = render(Camera);
    await vi.waitFor(() => expect(asked.slice(2)).toContain('start_camera'));
    expect(asked.at(-1)).toBe('start_camera');
    second.unmount();
    await vi.waitFor(() => expect(asked.at(-1)).toBe('stop_camera'));
  });

  it('is not stopped by a try that ends while a page looks', async () => {
    inScreen = false;
    const attempt = lookThrough();
    await attempt.start();
    const page = render(Camera);
    await vi.waitFor(() => expect(asked).toEqual(['start_camera', 'cameras', 'start_camera']));
    await attempt.end();
    expect(asked).not.toContain('stop_camera');
    page.unmount();
    await vi.waitFor(() => expect(asked.at(-1)).toBe('stop_camera'));
  });

  it('is asked for one thing after the other', async () => {
    inScreen = false;
    const first = render(Camera);
    await vi.waitFor(() => expect(asked).toEqual(['cameras', 'start_camera']));
    let answer = () => {};
    answering = new Promise<void>((done) => (answer = done));
    first.unmount();
    await vi.waitFor(() => expect(asked.at(-1)).toBe('stop_camera'));
    const look = lookThrough();
    const started = look.start();
    await new Promise((done) => setTimeout(done));
    expect(asked.at(-1)).toBe('stop_camera');
    answer();
    await started;
    expect(asked.at(-1)).toBe('start_camera');
    await look.end();
  });
});
