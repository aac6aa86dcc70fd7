/** Content codings that files lie here in, the smallest first. */
const CODINGS = ['br', 'gzip'] as const;

export type Coding = (typeof CODINGS)[number] | 'identity';

/**
 * The coding that an answer has by the request's `Accept-Encoding` (RFC 9110 §12.5.3): the smallest that is taken. What a
 * request says of `identity` does not count: every file is small, and a 406 would help nobody.
 */
export function acceptedCoding(field: string | undefined): Coding {
  if (field === undefined) return 'identity';
  const weights = new Map(field.split(',').map(weightOf));
  const any = weights.get('*') ?? 0;
  return CODINGS.find((coding) => (weights.get(coding) ?? any) > 0) ?? 'identity';
}

function weightOf(item: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => /^q\s*=/.test(parameter));
  const weight = given === undefined ? 1 : Number(given.slice(given.indexOf('=') + 1).trim());
  return [coding === 'x-gzip' ? 'gzip' : coding, Number.isNaN(weight) ? 0 : weight];
}
