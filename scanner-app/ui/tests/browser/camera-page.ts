/** The camera as the scan page uses it, alone: frames go to the test instead of to the program. */
import type { ScanFrame } from '$lib/api/types/ScanFrame';
import { start, troubleOf } from '$lib/camera/screen';

declare global {
  interface Window {
    take: (frame: ScanFrame) => Promise<void>;
    state: string;
    endCamera?: () => void;
  }
}

const video = document.querySelector('video')!;
window.state = 'starting';
start(
  video,
  (frame) => window.take(frame),
  () => (window.state = 'gone'),
).then(
  ({ stop }) => {
    window.state = 'running';
    window.endCamera = stop;
  },
  (thrown: unknown) => (window.state = troubleOf(thrown)),
);
