import { sessionQuerySchema } from './session';

describe('sessionQuerySchema', () => {
  it('wants the epoch of the life that opens the session', () => {
    expect(sessionQuerySchema.validate({ epoch: '12' }).value).toEqual({ epoch: 12 });
    expect(sessionQuerySchema.validate({}).error).toBeDefined();
    expect(sessionQuerySchema.validate({ epoch: '0' }).error).toBeDefined();
  });
});
