import Joi from 'joi';
import { PICKER_NAMES, type PickerName } from '@rollcall/load-balancing';
import type { PolicyKey } from '../policy-key';

export interface GivenPicker {
  readonly picker?: PickerName;
}

export const pickerKey: PolicyKey<GivenPicker> = {
  schema: { picker: Joi.string().valid(...PICKER_NAMES) },
  over: ({ picker }, beneath) => ({ picker: picker ?? beneath.picker }),
};
