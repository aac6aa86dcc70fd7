import type { HeaderList } from '../headers/header-list';

/** Says that the answer depends on a request field, unless it says so already (RFC 9110 §12.5.5). */
export function addVary(headers: HeaderList, field: string): void {
  const named = headers
    .all('vary')
    .flatMap((value) => value.split(',').map((one) => one.trim().toLowerCase()));
  if (!named.includes('*') && !named.includes(field.toLowerCase())) headers.append('Vary', field);
}
