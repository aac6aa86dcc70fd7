import Joi from 'joi';
import { PICKER_NAMES, type PickerName } from '@rollcall/load-balancing';
import type { PolicyKey } from '../policy-key';

export interface GivenPicker {
  readonly picker?: PickerName;
  readonly ring_hash?: {
    readonly header?: string;
    readonly max_load?: number;
  };
  readonly slow_start_ms?: number;
}

export const pickerKey: PolicyKey<GivenPicker> = {
  schema: {
    picker: Joi.string()
      .valid(...PICKER_NAMES)
      .description('How one of the instances is chosen for a request.'),
    ring_hash: Joi.object({
      header: Joi.string()
        .lowercase()
        .pattern(/^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'header name')
        .description('Requests with one value in this field go to one instance. Default: by client address.'),
      max_load: Joi.number()
        .min(1.05)
        .max(10)
        .description(
          'How many times an even share of the requests under way one instance may have; more goes to the next.',
        ),
    }).description('For the picker ring_hash, which it means where picker is not said beside it.'),
    slow_start_ms: Joi.number()
      .integer()
      .min(0)
      .max(3_600_000)
      .description('Over so long an instance that is new is given a rising share. Not with ring_hash.'),
  },
  over: ({ picker, ring_hash: ring, slow_start_ms: slowStartMs }, beneath) => ({
    picker: picker ?? (ring === undefined ? beneath.picker : 'ring_hash'),
    slowStartMs: slowStartMs ?? beneath.slowStartMs,
    ...(ring !== undefined && { hashHeader: ring.header, maxLoad: ring.max_load }),
  }),
};
