import Joi from 'joi';

/** Whole milliseconds, an hour at most. */
export const durationMs = Joi.number().integer().min(1).max(3_600_000);
