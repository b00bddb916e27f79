/**
 * Keeps the screen on; gives what ends that.
 *
 * The system takes the lock back whenever nobody sees the page, so it is asked for again when somebody does.
 * Where there is no such lock, or the system refuses it, the screen goes dark as usual.
 */
export function stayAwake(): () => void {
  let ended = false;
  let lock: WakeLockSentinel | undefined;
  const take = async () => {
    if (document.hidden || (lock && !lock.released)) return;
    lock = await navigator.wakeLock?.request('screen').catch(() => undefined);
    if (ended) await lock?.release();
  };
  const look = () => void take();
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    ended = true;
    document.removeEventListener('visibilitychange', look);
    void lock?.release();
  };
}
