/** The camera as the scan page uses it, alone: frames go to the test instead of to the program. */
import type { ScanFrame } from '$lib/api/types/ScanFrame';
import { frameOf } from '$lib/camera/frames';
import { start, troubleOf } from '$lib/camera/screen';

/** What a frame costs, in milliseconds; the middle of many. */
interface Measured {
  width: number;
  height: number;
  /** To take it from the picture, as base64. */
  made: number;
  /** To bring it across as the text of a message, and to hear that it came. */
  text: number;
  /** The same for its bytes as numbers, which is what bytes become where messages are text. */
  numbers: number;
  /** Length of the text. */
  size: number;
}

declare global {
  interface Window {
    take: (frame: ScanFrame) => Promise<void>;
    state: string;
    endCamera?: () => void;
    measure: () => Promise<Measured>;
  }
}

const TIMES = 30;

const video = document.querySelector('video')!;
window.state = 'starting';
start(video, {
  send: (frame) => window.take(frame),
  gone: () => (window.state = 'gone'),
  still: () => {},
}).then(
  ({ stop }) => {
    window.state = 'running';
    window.endCamera = stop;
  },
  (thrown: unknown) => (window.state = troubleOf(thrown)),
);

window.measure = async () => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const frame = frameOf(video, canvas)!;
  const bytes = Uint8Array.from(atob(frame.luma), (char) => char.charCodeAt(0));
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = ({ data }) => port2.postMessage(JSON.parse(data as string) !== null);
  const cross = (message: () => unknown) =>
    new Promise<void>((done) => {
      port1.onmessage = () => done();
      port1.postMessage(JSON.stringify(message()));
    });
  const made = await middle(async () => void frameOf(video, canvas));
  const text = await middle(() => cross(() => ({ do: 'scan_frame', ...frame })));
  const numbers = await middle(() => cross(() => [...bytes]));
  const { width, height, luma } = frame;
  return { width, height, made, text, numbers, size: luma.length };
};

async function middle(work: () => Promise<void>): Promise<number> {
  const taken: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const begin = performance.now();
    await work();
    taken.push(performance.now() - begin);
  }
  return taken.sort((a, b) => a - b)[TIMES >> 1]!;
}
