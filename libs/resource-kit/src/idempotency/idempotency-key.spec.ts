import { type AppError } from '@rollcall/service-kit';
import { idempotencyKey } from './idempotency-key';

describe('an Idempotency-Key header', () => {
  test.each(['1', '6f1c1d0e-6a8f-4a52-9f2c-0c8f8d2f6a11', '"quoted"', 'k'.repeat(255)])(
    'may be %s',
    (key) => {
      expect(idempotencyKey({ 'idempotency-key': key })).toBe(key);
    },
  );

  it('may be missing', () => {
    expect(idempotencyKey({})).toBeUndefined();
  });

  test.each([
    ['empty', ''],
    ['with a space', 'a b'],
    ['too long', 'k'.repeat(256)],
    ['not ASCII', 'clé'],
    ['given twice', ['a', 'b']],
  ])('is refused when %s', (_what, key) => {
    expect(() => idempotencyKey({ 'idempotency-key': key })).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED', status: 400 } satisfies Partial<AppError>),
    );
  });
});
