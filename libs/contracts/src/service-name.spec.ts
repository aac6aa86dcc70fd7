import fc from 'fast-check';
import { isServiceName, serviceNameSchema } from './service-name';

const text = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[A-Za-z0-9._-]{0,65}$/),
  fc.constantFrom('.', '..', '...', 'product\n', '', '__proto__'),
);

describe('isServiceName', () => {
  it('says what the schema says', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(isServiceName(name)).toBe(serviceNameSchema.required().validate(name).error === undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
