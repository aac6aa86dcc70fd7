import type { InstanceStatus } from '@rollcall/contracts';
import type { Colour } from './output/paint';

/** How a status is shown: a shape as well as a colour, for those who see none. */
export const STATUS_MARK: Readonly<
  Record<InstanceStatus, { readonly mark: string; readonly colour: Colour }>
> = {
  up: { mark: '●', colour: 'green' },
  starting: { mark: '○', colour: 'grey' },
  suspect: { mark: '▲', colour: 'yellow' },
  draining: { mark: '◐', colour: 'yellow' },
  out_of_service: { mark: '⊘', colour: 'red' },
};

/** In the order of the roll: what gets traffic first. */
const ORDER: readonly InstanceStatus[] = ['up', 'starting', 'suspect', 'draining', 'out_of_service'];
const MOST_CELLS = 16;

/** One mark an instance, or their numbers where those are too many. */
export function rollOf(statuses: readonly InstanceStatus[]): string {
  if (statuses.length === 0) return '-';
  const groups = ORDER.map((status) => ({
    mark: STATUS_MARK[status].mark,
    count: statuses.filter((one) => one === status).length,
  })).filter(({ count }) => count > 0);
  return statuses.length <= MOST_CELLS
    ? groups.map(({ mark, count }) => mark.repeat(count)).join('')
    : groups.map(({ mark, count }) => `${mark}×${count}`).join(' ');
}
