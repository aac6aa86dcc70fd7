import { sameSecret, secretDigest } from './secret-digest';

describe('secrets', () => {
  it('are the same only when every character is', () => {
    expect(sameSecret('s3cret', 's3cret')).toBe(true);
    expect(sameSecret('s3cret', 's3creT')).toBe(false);
  });

  it('may differ in length', () => {
    expect(sameSecret('s3cret', 's3cret-and-more')).toBe(false);
    expect(sameSecret('', 's3cret')).toBe(false);
  });

  it('have the digest that sha256sum prints', () => {
    expect(secretDigest('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
