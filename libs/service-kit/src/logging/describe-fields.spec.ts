import { describeFields } from './describe-fields';

const described = (fields: Record<string, unknown>) =>
  describeFields().transform({ level: 'info', message: 'm', ...fields }) as Record<string, unknown>;

describe('describeFields', () => {
  it.each(['password', 'token', 'REGISTRY_TOKEN', 'authorization', 'set-cookie', 'client_secret'])(
    'masks %s',
    (name) => {
      expect(described({ [name]: 'hunter2' })[name]).toBe('***');
    },
  );

  it.each([
    ['registryUrl', 'registry_url'],
    ['staleForMs', 'stale_for_ms'],
    ['duration_ms', 'duration_ms'],
    ['REGISTRY_URL', 'REGISTRY_URL'],
  ])('writes %s as %s', (name, written) => {
    expect(described({ [name]: 3 })).toEqual({ level: 'info', message: 'm', [written]: 3 });
  });

  it('writes names within fields in the same way, and masks secrets there', () => {
    const failure = { retryInMs: 3, faults: [{ pathPrefix: '/' }], accessToken: 'hunter2' };
    expect(described({ failure })['failure']).toEqual({
      retry_in_ms: 3,
      faults: [{ path_prefix: '/' }],
      access_token: '***',
    });
  });

  it('leaves alone what only sounds like a secret', () => {
    expect(described({ token_count: 3 })).toMatchObject({ token_count: 3 });
  });

  it('keeps the chain of causes and the codes of an error', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(described({ error: new Error('no database', { cause }) })['error']).toMatchObject({
      message: 'no database',
      cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
    });
  });
});
