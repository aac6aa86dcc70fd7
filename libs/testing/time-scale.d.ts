/**
 * What every bound of a spec in wall-clock time is multiplied with: at least 2, more on a slow or busy machine.
 * `eventually` and Jest's own time-outs are multiplied already. `TEST_TIME_SCALE` sets it.
 */
export declare const timeScale: number;
