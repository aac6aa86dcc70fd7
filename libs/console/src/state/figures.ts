/** Numbers and times as people read them. */

const THIN_SPACE = '\u202f';

/** 4 102, 486, 7.4, 0: three digits that mean something. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  // Where rounding reaches the next digit it is that one's turn: 10, not 10.0.
  if (value < 0.095) return value.toFixed(2).replace(/^0/, '');
  if (value < 9.95) return value.toFixed(1);
  return grouped(Math.round(value));
}

/** What is counted in whole ones: 4 102, 3, 0. */
export function whole(count: number | null | undefined): string {
  return count === null || count === undefined || !Number.isFinite(count) ? '–' : grouped(Math.round(count));
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** A share as percent: 0, 0.02, 1.92, 13.2, 100. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  const value = share * 100;
  if (value === 0) return '0';
  if (value < 0.01) return '<0.01';
  return value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : '100';
}

/** 12s, 2m, 5h, 3d: how long something is ago or takes, in its largest unit. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/** 0:52, 12:04, 1:02:33: what is left of something. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** 14:32:18, in the time zone of who looks. */
export function clock(ms: number, options: { readonly precise?: boolean } = {}): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return options.precise ? `${time}.${String(at.getMilliseconds()).padStart(3, '0')}` : time;
}

/** “1 instance”, “3 instances”. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${whole(count)} ${count === 1 ? noun : plural}`;
}

const UUID_BEGINS = /^[0-9a-f]{8}-[0-9a-f]{4}-/;
const LONGEST_ID = 20;

/** An id in a table: of a UUID its beginning; of another long one its end, as many of one service begin alike. */
export function shortId(id: string): string {
  if (UUID_BEGINS.test(id)) return id.slice(0, 8);
  return id.length <= LONGEST_ID ? id : `…${id.slice(1 - LONGEST_ID)}`;
}
