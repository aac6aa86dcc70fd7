import Joi from 'joi';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, '': 1000 };

/** A duration in text, as `30s`, `500ms`, `1m` or bare seconds, read as milliseconds and brought within the bounds. */
export function durationSchema(shortestMs: number, longestMs: number): Joi.StringSchema {
  return Joi.string().custom((value: string, helpers) => {
    const match = /^(\d{1,9})(ms|s|m|)$/.exec(value);
    const unit = UNIT_MS[match?.[2] ?? 'none'];
    return match === null || unit === undefined
      ? helpers.message({ custom: '{{#label}} must be a duration like "30s", "500ms" or "1m"' })
      : Math.min(Math.max(Number(match[1]) * unit, shortestMs), longestMs);
  });
}
