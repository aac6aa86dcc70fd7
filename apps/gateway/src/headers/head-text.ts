import type { HeaderList } from './header-list';

/**
 * The head of an answer that Node's own response cannot write: one before the final one, or one that ends HTTP. A
 * character is a byte (RFC 9110 §5.5): to be written as Latin-1.
 */
export function headText(status: number, statusText: string, headers: HeaderList): string {
  let text = `HTTP/1.1 ${status} ${statusText}\r\n`;
  const raw = headers.toRaw();
  for (let index = 0; index + 1 < raw.length; index += 2) text += `${raw[index]}: ${raw[index + 1]}\r\n`;
  return `${text}\r\n`;
}
