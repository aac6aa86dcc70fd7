import { NO_CIDRS, parseCidrSet } from '@rollcall/address-guard';
import Joi from 'joi';

/** Networks and single addresses with commas between them, `10.0.0.0/8,fd00::/8`, as a `CidrSet`; none by default. */
export const networksSetting = Joi.string()
  .custom((text: string, { message }) => {
    const parsed = parseCidrSet(text.split(',').map((network) => network.trim()));
    return 'set' in parsed
      ? parsed.set
      : message({ custom: '{{#label}}: {{#faults}}' }, { faults: parsed.faults.join('; ') });
  })
  .default(NO_CIDRS);
