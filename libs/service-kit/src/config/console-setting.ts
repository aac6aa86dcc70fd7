import Joi from 'joi';

/** Whether the console is served at `/ui`. */
export const consoleSetting = Joi.string().valid('on', 'off').default('on');
