/** Whether a message has been here before: `pseudonym` is in its Via (RFC 9110 §7.6.3). */
export function hasPassed(via: readonly string[], pseudonym: string): boolean {
  return via.some((value) => value.split(',').some((hop) => hop.trim().split(/\s+/)[1] === pseudonym));
}
