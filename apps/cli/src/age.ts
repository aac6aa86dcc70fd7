const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
] as const;

/** A span of seconds in its largest unit, as people read it: `12s`, `3m`, `5h`, `2d`. */
export function span(seconds: number): string {
  for (const [size, unit] of UNITS) if (seconds >= size) return `${Math.floor(seconds / size)}${unit}`;
  return `${Math.max(0, Math.floor(seconds))}s`;
}

/** How long ago a moment was, or `-` when it is not known. */
export function age(epochSeconds: number | null, nowMs: number): string {
  return epochSeconds === null ? '-' : span(nowMs / 1000 - epochSeconds);
}
