import type Joi from 'joi';

/** A schema for every setting of `T`. Text goes in and any type may come out, so values are not typed further. */
export type SettingSchemas<T extends object> = { readonly [K in keyof T]-?: Joi.Schema };
