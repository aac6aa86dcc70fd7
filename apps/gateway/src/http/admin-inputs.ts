import {
  ejectionSchema as ejection,
  restorationSchema as restoration,
  type Ejection,
  type Restoration,
} from '@rollcall/contracts';
import Joi from 'joi';

/** The operator's name as given in the request; it cannot be verified, since all operators share one token. */
const by = Joi.string().max(200).description('Who it is, for the log');

export const ejectionSchema = ejection.append<Ejection & { readonly by?: string }>({ by });

export const restorationSchema = restoration.append<Restoration & { readonly by?: string }>({ by });

export const upstreamPathSchema = Joi.object<{ readonly id: string }>({
  id: Joi.string().max(256).required(),
});
