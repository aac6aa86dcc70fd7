/** Whether every database can hold a text. PostgreSQL fails at NUL, even where it is only looked for. */
export function isStorable(text: string): boolean {
  return !text.includes('\0');
}
