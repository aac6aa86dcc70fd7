import { certificateNames } from '@rollcall/service-kit';
import fc from 'fast-check';
import { certificateLabels, findCertificate, labelOf, type AccessCertificate } from './access-certificate';

const entry = (name: string, label: string): AccessCertificate => ({ name, label, scopes: ['read'] });

/** As Node writes the names of a certificate. */
const written = (names: readonly (readonly ['URI' | 'DNS', string])[]) =>
  names.map(([kind, value]) => `${kind}:${JSON.stringify(value).replaceAll(',', '\\u002c')}`).join(', ');

describe('an entry for a certificate', () => {
  const found = (entries: readonly AccessCertificate[], names: Parameters<typeof certificateLabels>[0]) =>
    findCertificate(entries, certificateLabels(names))?.name;

  it('is found by a name of its kind alone', () => {
    const entries = [entry('uri', labelOf({ uri: 'x:a' })), entry('dns', labelOf({ dns: 'A.example' }))];
    expect(found(entries, { uris: ['x:a'], dns: [] })).toBe('uri');
    expect(found(entries, { uris: [], dns: ['a.EXAMPLE'] })).toBe('dns');
    expect(found(entries, { uris: ['X:a', 'a.example'], dns: ['x:a', '*.example'] })).toBeUndefined();
  });

  it('is found by none of the names that others are made to look like', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', ',', ' ', '"', "'", '\\', '\n', '\0', 'URI:x:root', 'DNS:root'),
      maxLength: 8,
    });
    const name = fc.tuple(fc.constantFrom('URI' as const, 'DNS' as const), value);
    const entries = [entry('uri', labelOf({ uri: 'x:root' })), entry('dns', labelOf({ dns: 'root' }))];
    fc.assert(
      fc.property(fc.array(name, { maxLength: 4 }), (names) => {
        const has = (kind: string, text: string) => names.some((one) => one[0] === kind && one[1] === text);
        const expected = has('URI', 'x:root') ? 'uri' : has('DNS', 'root') ? 'dns' : undefined;
        expect(found(entries, certificateNames({ subjectAltName: written(names) }))).toBe(expected);
      }),
    );
  });
});
