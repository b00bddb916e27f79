import type { ScreenBattery } from '$lib/api/types/ScreenBattery';

/** What Chromium's engine tells of the battery; the standard's types left it out. */
interface Battery {
  /** 0 to 1. */
  level: number;
  charging: boolean;
}
type Telling = Navigator & { getBattery?: () => Promise<Battery> };

/** The battery, where the engine of this screen tells of it. */
export async function battery(): Promise<ScreenBattery | null> {
  const told = await (navigator as Telling).getBattery?.().catch(() => undefined);
  if (!told) return null;
  return { percent: Math.round(told.level * 100), charging: told.charging };
}
