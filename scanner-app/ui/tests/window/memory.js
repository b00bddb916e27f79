//! What a window costs: the memory of its processes, shared pages by their share.
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Megabytes of all processes below `parent`, by name.
 *
 * @param {number} parent
 * @returns {Record<string, number>}
 */
export function memory(parent) {
  /** @type {Record<string, number>} */
  const found = {};
  for (const { pid, name } of below(parent)) {
    const share = /^Pss:\s+(\d+) kB/mu.exec(read(`/proc/${pid}/smaps_rollup`));
    found[name] = (found[name] ?? 0) + Math.round(Number(share?.[1] ?? 0) / 1024);
  }
  return found;
}

/**
 * Every process below another.
 *
 * @param {number} parent
 * @returns {{ pid: number, name: string }[]}
 */
export function below(parent) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map((pid) => {
      const [, name = '', above = ''] = /\((.*)\) \S (\d+)/u.exec(read(`/proc/${pid}/stat`)) ?? [];
      return { pid: Number(pid), name, above: Number(above) };
    });
  const found = [];
  for (let above = [parent]; above.length > 0;) {
    const next = all.filter((process) => above.includes(process.above));
    found.push(...next);
    above = next.map(({ pid }) => pid);
  }
  return found;
}

/** @param {string} path of a process that may be gone by now */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
