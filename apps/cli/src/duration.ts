import { InvalidArgumentError, Option } from 'commander';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/;
/** Longest delay of a Node timer, milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * A duration as it is written on a command line, in milliseconds: `500ms`, `30s`, `5m`, `1h`, `2d`; a bare number is
 * seconds. For options of Commander.
 *
 * @throws InvalidArgumentError
 */
export function parseDuration(text: string): number {
  const [, amount, unit = 's'] = DURATION.exec(text) ?? [];
  if (amount === undefined)
    throw new InvalidArgumentError('write a duration such as 500ms, 30s, 5m, 1h or 2d.');
  // The pattern has no other units.
  const ms = Math.round(Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
  if (ms > LONGEST_MS) throw new InvalidArgumentError('it is longer than 24 days.');
  return ms;
}

/** An option that takes a duration; `usual` is its default, as it would be written. */
export function durationOption(flags: string, description: string, usual?: string): Option {
  const option = new Option(flags, description).argParser(parseDuration);
  return usual === undefined ? option : option.default(parseDuration(usual), usual);
}

/** The same for people: the largest unit that leaves no fraction. */
export function formatDuration(ms: number): string {
  const units = Object.entries(UNIT_MS).reverse();
  const [unit, size] = units.find(([, unitMs]) => ms >= unitMs && ms % unitMs === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}
