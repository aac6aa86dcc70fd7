/** Whether a registry would take this for a service's name; one that it would not spoils a whole list of them. */
export function isServiceName(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,63}$/.test(name) && name !== '.' && name !== '..';
}
